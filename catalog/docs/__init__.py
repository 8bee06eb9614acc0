"""Docs like code: Markdown of a repository, read by a worker, rendered by the portal, searched, and checked for links.

No program of the repository runs and nothing is built: `mkdocs.yml` is read for the contents alone.
"""

from catalog.docs.calling import has_docs, pushed, refresh

__all__ = ["has_docs", "pushed", "refresh"]
