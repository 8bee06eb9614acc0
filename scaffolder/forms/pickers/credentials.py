"""The person's own credential of a git host, where a template wants to act with it (`requestUserCredentials`)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from scaffolder.forms.questions import Question


def user_token(question: Question) -> list[Question]:
    """Return the question for the token that a repository field asks besides, if it asks for one.

    Without an answer the step would act with the portal's credential, which nobody has agreed to; so it must be there.
    """
    wanted = question.options.get("requestUserCredentials")
    key = wanted.get("secretsKey") if isinstance(wanted, Mapping) else None
    if not isinstance(key, str) or not key:
        return []
    schema = {
        "type": "string",
        "title": _("Your access token"),
        "description": _("This golden path acts at the git host as you. The token is deleted when the run ends."),
        "ui:field": "Secret",
    }
    return [Question((*question.path[:-1], key), schema, is_required=True)]
