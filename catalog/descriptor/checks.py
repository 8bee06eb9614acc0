"""The forms that names, labels, tags and addresses of an entity have (C02 to C11, C16), each with its words.

Source: https://backstage.io/docs/features/software-catalog/descriptor-format, corrected by what Backstage's code does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

LABEL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*", re.ASCII)
KIND = re.compile(r"[a-zA-Z][a-z0-9A-Z]*", re.ASCII)
NAME = re.compile(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", re.ASCII)
VERSION = re.compile(r"[a-z0-9A-Z]+", re.ASCII)
TAG = re.compile(r"[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*", re.ASCII)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:", re.ASCII)
# Signs that browsers skip when they read a scheme, so `java\nscript:` is one.
SKIPPED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SHOWN_SCHEMES = frozenset(("http", "https", "mailto"))
LONGEST_LINK = 2_048


@dataclass(frozen=True)
class Check:
    """A rule about one text: whether it holds, what to say when it doesn't, and how to mend it."""

    rule: str
    holds: Callable[[str], bool]
    expected: str
    cure: str


@lru_cache(maxsize=4096)
def is_dns_label(text: str) -> bool:
    return len(text) <= 63 and LABEL.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_dns_subdomain(text: str) -> bool:
    return 1 <= len(text) <= 253 and all(map(is_dns_label, text.split(".")))


def is_name(text: str) -> bool:
    return len(text) <= 63 and NAME.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def is_kind(text: str) -> bool:
    return len(text) <= 63 and KIND.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def is_api_version(text: str) -> bool:
    prefix, slash, suffix = text.rpartition("/")
    return (not slash or is_dns_subdomain(prefix)) and len(suffix) <= 63 and VERSION.fullmatch(suffix) is not None


@lru_cache(maxsize=4096)
def is_key(text: str) -> bool:
    """Whether `text` is the key of a label or an annotation: `[prefix/]name`."""
    prefix, slash, name = text.rpartition("/")
    return (not slash or is_dns_subdomain(prefix)) and is_name(name)


@lru_cache(maxsize=4096)
def is_label_value(text: str) -> bool:
    return text == "" or is_name(text)


@lru_cache(maxsize=4096)
def is_tag(text: str) -> bool:
    return len(text) <= 63 and TAG.fullmatch(text) is not None


def is_link(text: str) -> bool:
    """Whether `text` is an address that a page may link to: with a scheme that does no harm, and no password in it."""
    text = text.strip(" ")
    # Browsers write a blank in a path as %20, so people leave it there.
    if len(text) > LONGEST_LINK or SKIPPED.search(text.replace(" ", "")) or "\\" in text or not SCHEME.match(text):
        return False
    try:
        parts = urlsplit(text)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError:
        return False
    scheme = parts.scheme.lower()
    has_place = bool(parts.path) if scheme == "mailto" else bool(parts.hostname) and not set("@ ") & set(parts.netloc)
    return scheme in SHOWN_SCHEMES and has_place and port_is_number


def location_ref(text: str) -> tuple[str, str] | None:
    """Return type and target of `<type>:<target>` (C16); None when it is not one, or not one to follow."""
    kind, colon, target = text.partition(":")
    kind, target = kind.strip(), target.strip()
    if not colon or not kind or not target or kind in ("http", "https"):
        return None
    return None if is_script(target) else (kind, target)


def is_script(target: str) -> bool:
    """Whether a browser would run `target` rather than go there."""
    return SKIPPED.sub("", target).lower().startswith("javascript:")


_NAME_FORM = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total"
_LABEL_FORM = "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total"
_KEY_FORM = (
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total, "
    "after an optional prefix that is a DNS subdomain and a slash"
)

API_VERSION = Check(
    "C02",
    is_api_version,
    "a string that is [a-zA-Z0-9], at most 63 characters in total, after an optional prefix that is a DNS subdomain "
    "and a slash",
    "Write `backstage.io/v1alpha1`, or `scaffolder.backstage.io/v1beta3` for a Template.",
)
KIND_FORM = Check(
    "C04",
    is_kind,
    "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
    "Write one of the kinds that the catalog knows, such as `Component`.",
)
ENTITY_NAME = Check(
    "C05", is_name, _NAME_FORM, "Use letters, digits, `-`, `_` and `.`; begin and end with a letter or digit."
)
NAMESPACE = Check(
    "C06", is_dns_label, _LABEL_FORM, "Use lower-case letters, digits and `-`, or leave the namespace out."
)
LABEL_KEY = Check("C07", is_key, _KEY_FORM, "Write the key as `example.com/name` or `name`.")
LABEL_VALUE = Check("C08", is_label_value, f"an empty string or {_NAME_FORM}", "Put longer texts into an annotation.")
TAG_FORM = Check(
    "C10",
    is_tag,
    "a string that is sequences of [a-z0-9:+#] separated by [-], at most 63 characters in total",
    "Write tags in lower case, with `-` between words.",
)
LINK_URL = Check(
    "C11",
    is_link,
    "an address that begins with https:, http: or mailto:, without a password",
    "Write the whole address, such as `https://example.com/dashboard`.",
)
