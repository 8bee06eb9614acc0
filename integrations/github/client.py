"""The part of GitHub's REST API that the portal uses."""

from integrations.github.automation import Automation
from integrations.github.changes import Changes
from integrations.github.checks import CheckRuns
from integrations.github.contents import FileContents
from integrations.github.git_data import GitData
from integrations.github.issues import Issues
from integrations.github.organizations import Organizations
from integrations.github.pulls import PullRequests
from integrations.github.repositories import Repositories


class GitHubClient(
    Repositories, Organizations, FileContents, GitData, PullRequests, Changes, CheckRuns, Automation, Issues
):
    """GitHub's REST API for one host and one credential; `integrations.github.client()` makes it."""
