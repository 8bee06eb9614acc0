"""Takes secrets out of text that people will read, in each form that a program may have given them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "•••"
SHORTEST = 4


class Redactor:
    """Masks a set of secrets.

    Raises:
        ValueError: a secret has fewer than 4 characters; masking it would eat ordinary text.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        values = list(secrets)
        if any(len(value) < SHORTEST for value in values):
            raise ValueError(f"A secret needs at least {SHORTEST} characters, or it cannot be masked in logs.")
        forms = {form for value in values for form in _forms(value)}
        # The longest first: a form that holds another one must go as a whole.
        pattern = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
        self._pattern = re.compile(pattern) if pattern else None

    def mask(self, text: str) -> str:
        """Return `text` with each secret in it replaced by dots."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def mask_json(self, value: Any) -> Any:
        """Return a JSON value with each secret in its texts replaced, in keys too."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, dict):
            return {self.mask(str(key)): self.mask_json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask_json(item) for item in value]
        return value


def _forms(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield from (line for line in secret.splitlines() if len(line.strip()) >= SHORTEST * 2)
    yield from (quote(raw, safe=""), quote(raw), quote_plus(raw), quote_plus(raw, safe="/"))
    yield from (_lower_escapes(quote(raw, safe="")), _lower_escapes(quote_plus(raw)))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    yield from (html.escape(secret), html.escape(secret, quote=False), html.escape(secret).replace("&#x27;", "&#39;"))
    yield from (raw.hex(), raw.hex().upper())
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _in_base64(raw, encode)


def _lower_escapes(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _in_base64(raw: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield what stays the same of `raw` in base64, whichever of the three places in a group of bytes it begins at."""
    for lead in range(3):
        encoded = encode(b"\0" * lead + raw).decode()
        # The first signs mix with the bytes before, the last ones with the bytes after.
        start = (0, 2, 3)[lead]
        whole = (len(raw) + lead) * 8 // 6
        inner = encoded[start:whole]
        if len(inner) >= SHORTEST:
            yield inner
