"""How texts are cut into words, what a term is understood as, and which mistakes are forgiven: no database needed."""

import string
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.search import marks, mistakes, questions, rows, tokens
from catalog.search.questions import Word
from catalog.search.rows import Entry

TEXTS = st.text(max_size=80)
WORDS = st.text(string.ascii_lowercase, min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("text", "words", "together"),
    [
        ("Payment gateway", ["payment", "gateway"], []),
        ("check-out", ["check", "out"], ["checkout"]),
        ("checkOut", ["check", "out"], ["checkout"]),
        ("HTTPServer", ["http", "server"], ["httpserver"]),
        ("repay_all", ["repay", "all"], ["repayall"]),
        ("OAuth2 APIs", ["oauth2", "apis"], []),
        ("io.k8s.api", ["io", "k8s", "api"], ["iok8sapi"]),
        ("1.4.0", ["1", "4", "0"], []),
        ("Größe naïve ÉTÉ", ["grosse", "naive", "ete"], []),
        ("e\u0301te\u0301", ["ete"], []),
        ("ﬁsh", ["fish"], []),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"], []),
        ("a/b?c=d", ["a", "b", "c", "d"], []),
        ("100% “quoted” — don't", ["100", "quoted", "don", "t"], []),
        ("\0 \ud800 🚀 \u202eabc", ["abc"], []),
        ("a-b-c-d-e-f-g", ["a", "b", "c", "d", "e", "f", "g"], []),
        ("", [], []),
    ],
)
def test_words_of_a_text(text, words, together):
    assert tokens.of(text) == (words, together)


@given(TEXTS)
def test_words_are_letters_and_digits_alone_and_are_their_own_words(text):
    words, together = tokens.of(text)
    for word in words + together:
        assert word.isalnum()
        assert not any(unicodedata.category(sign).startswith("M") for sign in word)
        assert tokens.of(word)[0] == [word] or len(tokens.of(word)[0]) > 1


@given(st.text(f"{string.ascii_letters}{string.digits}äÖüßéÈñÇø -_./", max_size=40))
def test_case_makes_no_difference_to_words(text):
    assert tokens.of(text.upper()) == tokens.of(text.lower())


@given(st.text(max_size=50), st.text(max_size=50))
def test_words_of_two_texts_apart_are_those_of_both(one, other):
    assert tokens.of(f"{one} | {other}")[0] == tokens.of(one)[0] + tokens.of(other)[0]


def test_a_very_long_text_is_cut_and_its_words_stay_below_what_a_database_takes():
    words = tokens.spaced(*tokens.of("ﷺ" * 10**6))
    assert len(words.encode()) <= tokens.MOST_BYTES
    assert tokens.of("x" * 10**6) == (["x" * tokens.LONGEST_WORD], [])
    assert tokens.spaced(["é" * 60] * 10_000, []).endswith(" ")


def test_a_very_long_key_is_kept_by_its_beginning_and_its_hash():
    one, other = (rows.key("k" * 600 + end) for end in "ab")
    assert one != other
    assert len(one) == len(other) == rows.LONGEST_KEY


def test_what_was_indexed_of_an_entry_can_be_named_again():
    entry = Entry("entity", "component:default/pay", "Pay", "", name="pay", kind="component", tags=["Java"])
    made = rows.row(entry)
    assert rows.indexed(rows.Row(*made)) == rows.indexed(made)
    assert made.tags == " java "


# -- Questions ----------------------------------------------------------------------------------------------------


def test_operators_phrases_and_words_are_told_apart():
    question = questions.read('kind:API owner:shop "card number" Check-out tag:java tag:go type:openapi')
    assert question.kinds == ("api",)
    assert question.owners == ("group:default/shop",)
    assert question.tags == ("java", "go")
    assert question.types == ("openapi",)
    assert question.phrases == (("card", "number"),)
    assert question.words == (Word(("check", "out"), "checkout"),)
    assert question.text == "check out card number"


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("colour:red", ["colour", "red"]),
        ("kind:", ["kind"]),
        ('owner:"shop"', []),
        ('"', []),
        ('"half a phrase', ["half", "a", "phrase"]),
        ("component:default/pay", ["component", "default", "pay"]),
        ("a AND b NOT c", ["a", "and", "b", "not", "c"]),
        ("NEAR(a b)*", ["near", "a", "b"]),
        ("pay pay", ["pay"]),
    ],
)
def test_what_is_no_operator_is_plain_text(term, words):
    found = questions.read(term)
    assert [part for word in found.words for part in word.parts] == words


@given(st.text(max_size=300))
def test_every_term_is_understood_and_bounded(term):
    question = questions.read(term)
    assert len(question.words) <= questions.MOST_WORDS
    assert all(word.parts for word in question.words)


def test_owner_me_is_the_reader():
    assert questions.read("owner:ME").owners == ("me",)


# -- Mistakes ----------------------------------------------------------------------------------------------------


def mistyped(word: str, kind: int, place: int, sign: str) -> str:
    place %= len(word)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + sign + word[place:]
    if kind == 2:
        return word[:place] + sign + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


ONE = (st.integers(0, 3), st.integers(0, 11), st.sampled_from(string.ascii_lowercase))


@given(WORDS, *ONE)
def test_one_mistake_of_any_sort_is_one_apart_whichever_way_one_looks(word, kind, place, sign):
    other = mistyped(word, kind, place, sign)
    assert mistakes.distance(word, other, 2) == mistakes.distance(other, word, 2) <= 1


@given(WORDS, *ONE)
def test_a_word_with_one_mistake_shares_enough_with_what_was_meant_to_be_compared_with_it(word, kind, place, sign):
    typed = mistyped(word, kind, place, sign)
    assume(len(typed) >= mistakes.SHORTEST)
    common = set(mistakes.trigrams(typed)) & set(mistakes.trigrams(word))
    assert len(common) >= mistakes.shared(typed) or word in mistakes.transposed(typed) or typed == word
    assert mistakes.nearest(typed, [word]) == [word]


@given(WORDS, WORDS)
def test_the_distance_is_that_of_the_plain_definition(one, other):
    def plain(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        best = min(plain(a[1:], b) + 1, plain(a, b[1:]) + 1, plain(a[1:], b[1:]) + (a[0] != b[0]))
        if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
            best = min(best, plain(a[2:], b[2:]) + 1)
        return best

    one, other = one[:6], other[:6]
    assert mistakes.distance(one, other, 3) == min(plain(one, other), 4)


def test_short_words_have_no_mistakes_and_long_ones_two():
    assert [mistakes.allowed(word) for word in ("api", "cart", "billing", "checkout")] == [0, 1, 1, 2]
    assert mistakes.nearest("chekuot", ["checkout", "checks"]) == []
    assert mistakes.nearest("paymnets", ["payments", "payment", "garments"]) == ["payments", "payment"]


def test_the_beginning_of_a_word_may_be_mistyped_too():
    assert mistakes.nearest_beginnings("chekou", ["checkout", "chess"]) == ["checkout"]


# -- Marks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Payment gateway", ["pay", "gate"], ["Pay", "gate"]),
        ("the check-out", ["checkout"], ["check-out"]),
        ("Été à Paris", ["ete"], ["Été"]),
        ("repay", ["pay"], []),
        ("<b>pay</b>", ["pay", "b"], ["b", "pay", "b"]),
        ("(a+)+", ["(a+)+"], ["(a+)+"]),
        ("nothing", [], []),
    ],
)
def test_beginnings_of_words_are_marked(text, words, marked):
    pieces = marks.pieces(text, words)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_hit in pieces if is_hit] == marked


@given(TEXTS, st.lists(st.text(string.ascii_letters, min_size=1, max_size=4), max_size=3))
def test_marks_change_nothing_of_the_text(text, words):
    assert "".join(piece for piece, _ in marks.pieces(text, words)) == text


def test_a_passage_is_cut_around_the_first_word():
    text = "begin " + "word " * 200 + "needle " + "word " * 200
    passage = marks.passage(text, ["needle"])
    assert "needle" in passage
    assert passage.startswith("…word")
    assert passage.endswith("word…")
    assert len(passage) <= marks.PASSAGE + 2
    assert marks.passage(text, ["absent"]).startswith("begin")
