"""Which addresses that strangers wrote may become a link."""

import re
import unicodedata

# http, https and mailto alone; a host is needed and must not be preceded by a user's name, which only misleads.
SAFE = re.compile(r"https?://[^/?#@]+(?:[/?#].*)?|mailto:[^/?#]+(?:\?.*)?", re.ASCII | re.IGNORECASE)


def safe(value: object) -> str:
    """Return `value` when it may stand in an `href`, else the empty text.

    Browsers drop control characters and read a backslash as a slash, so an address with either is refused whole.
    """
    if not isinstance(value, str) or not SAFE.fullmatch(value):
        return ""
    is_odd = any(sign in "\\" or sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf"} for sign in value)
    return "" if is_odd else value
