"""What templates say of protected branches, as `publish:github` and `github:branch-protection:create` share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.github.records import ProtectionRules

TEXTS = {"type": "array", "items": {"type": "string"}}
FLAG = {"type": "boolean"}

SETTINGS: dict[str, Any] = {
    "requiredApprovingReviewCount": {"type": "integer", "minimum": 0, "maximum": 6},
    "requireCodeOwnerReviews": FLAG,
    "dismissStaleReviews": FLAG,
    "requiredStatusCheckContexts": TEXTS,
    "requireBranchesToBeUpToDate": FLAG,
    "requiredConversationResolution": FLAG,
    "requireLastPushApproval": FLAG,
    "requiredLinearHistory": FLAG,
}


def rules(given: Mapping[str, Any], *, enforce_admins: bool) -> ProtectionRules:
    """Return the rules that an input asks for, with Backstage's defaults."""
    return ProtectionRules(
        required_approving_review_count=given.get("requiredApprovingReviewCount", 1),
        require_code_owner_reviews=given.get("requireCodeOwnerReviews", False),
        dismiss_stale_reviews=given.get("dismissStaleReviews", False),
        require_last_push_approval=given.get("requireLastPushApproval", False),
        required_status_check_contexts=tuple(given.get("requiredStatusCheckContexts", ())),
        require_branches_to_be_up_to_date=given.get("requireBranchesToBeUpToDate", True),
        enforce_admins=enforce_admins,
        required_linear_history=given.get("requiredLinearHistory", False),
        required_conversation_resolution=given.get("requiredConversationResolution", False),
    )
