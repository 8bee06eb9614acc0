import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.redaction import MASK, Redactor

SECRET = "p@ss/w\"ör d+\\1&<x>'y"
FORMS = {
    "plain": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in readable JSON": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "as Python shows it": repr(SECRET)[1:-1],
    "as HTML": "p@ss/w&quot;ör d+\\1&amp;&lt;x&gt;&#x27;y",
    "in hex": SECRET.encode().hex(),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_masked_in_each_form(form):
    assert Redactor([SECRET]).mask(f"before {form} after") == f"before {MASK} after"


@pytest.mark.parametrize("lead", ["", "a", "ab", "abc"])
def test_a_secret_inside_base64_of_more_does_not_survive(lead):
    token = "ghp_0123456789abcdefghij"
    text = base64.b64encode(f"{lead}{token}tail".encode()).decode()
    masked = Redactor([token]).mask(text)
    # 24 signs are 32 in base64, of which up to two on each side mix with their neighbours.
    assert MASK in masked
    assert len(masked.replace(MASK, "")) <= len(text) - 28


def test_the_longest_secret_goes_as_a_whole():
    assert Redactor(["abcd", "abcdefgh"]).mask("xabcdefghx abcd") == f"x{MASK}x {MASK}"


def test_each_line_of_a_key_is_masked():
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nAAAABBBBCCCCDDDD\n-----END KEY-----\n"
    assert "MIIEvQIBADANBgkqhkiG" not in Redactor([key]).mask("line: MIIEvQIBADANBgkqhkiG")


def test_a_secret_that_would_eat_ordinary_text_is_refused():
    with pytest.raises(ValueError, match="at least 4"):
        Redactor(["abc"])


def test_nothing_to_hide_changes_nothing():
    assert Redactor([]).mask("text") == "text"


@given(
    st.text(min_size=8, max_size=40).filter(lambda text: MASK[0] not in text),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_no_secret_survives_whatever_stands_around_it(secret, before, after):
    masked = Redactor([secret]).mask(before + secret + after)
    assert masked.count(secret) <= (before + after).count(secret)
