"""Words that were mistyped: how far two words are apart, and which small pieces they share."""

from __future__ import annotations

from collections.abc import Iterable

# Words of names and titles that mistakes are looked up among; numbers and short words have too many neighbours.
SHORTEST, LONGEST = 4, 32
# From this length on a word may have two mistakes.
LONG = 8


def is_known_by(word: str) -> bool:
    """Whether mistakes in `word` are found: it is of letters alone, and neither short nor very long."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def allowed(word: str) -> int:
    """Return how many mistakes `word` may have."""
    if len(word) < SHORTEST:
        return 0
    return 1 if len(word) < LONG else 2


def trigrams(word: str) -> list[str]:
    """Return the distinct groups of three signs in `word`, with a blank before and after it."""
    padded = f" {word} "
    return list(dict.fromkeys(padded[start : start + 3] for start in range(len(word))))


def inner_trigrams(text: str) -> list[str]:
    """Return the groups of three signs that each word has which contains `text`."""
    return list(dict.fromkeys(text[start : start + 3] for start in range(len(text) - 2)))


def transposed(word: str) -> list[str]:
    """Return `word` with each two neighbours changed over: in a short one that leaves no trigram whole."""
    swapped = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
    return [other for other in dict.fromkeys(swapped) if other != word]


def shared(word: str) -> int:
    """Return how many trigrams a word shares with `word` at the least that begins with it but for mistakes.

    A mistake touches three of them, and the last one is that of the end.
    """
    return max(1, len(trigrams(word)) - 1 - 3 * allowed(word))


def distance(one: str, other: str, most: int) -> int:
    """Return how many mistakes lie between two words: a sign too many, too few, another one, or two changed over.

    Counting ends above `most`, with `most + 1`. (Damerau-Levenshtein, each place changed once.)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (sign != against))
            is_swap = row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == against
            current.append(min(best, before[column - 2] + 1) if is_swap else best)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return min(last[-1], most + 1)


def nearest(word: str, candidates: Iterable[str]) -> list[str]:
    """Return those of `candidates` that `word` may be meant for, the likeliest first."""
    most = allowed(word)
    found = [(distance(word, other, most), abs(len(word) - len(other)), other) for other in candidates]
    return [other for apart, _, other in sorted(found) if apart <= most]


def nearest_beginnings(word: str, candidates: Iterable[str]) -> list[str]:
    """Return those of `candidates` of which `word` may be meant to be the beginning, the likeliest first."""
    most, size = allowed(word), len(word)
    found = []
    for other in candidates:
        ends = range(size - most, min(size + most, len(other)) + 1)
        apart = min((distance(word, other[:end], most) for end in ends), default=most + 1)
        if apart <= most:
            found.append((apart, len(other), other))
    return [other for _, _, other in sorted(found)]
