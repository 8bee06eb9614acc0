"""Spans of time as configurations write them."""

from datetime import timedelta

import pytest

from catalog import durations


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ({"minutes": 30}, timedelta(minutes=30)),
        ({"hours": 1, "minutes": 30}, timedelta(minutes=90)),
        ({"milliseconds": 500}, timedelta(milliseconds=500)),
        ({"weeks": 1, "days": 1}, timedelta(days=8)),
        ("PT30M", timedelta(minutes=30)),
        ("P1DT2H", timedelta(hours=26)),
        ("PT1.5S", timedelta(seconds=1.5)),
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("250ms", timedelta(milliseconds=250)),
        ("2 days", timedelta(days=2)),
        ("1 minute", timedelta(minutes=1)),
    ],
)
def test_a_span(value, span):
    assert durations.parse(value) == span


@pytest.mark.parametrize("value", ["", "P", "PT", "soon", "30", "1 fortnight", {"minuts": 1}, "-1h", "PT1H\n"])
def test_what_is_no_span_is_refused(value):
    with pytest.raises(ValueError, match=r"no (span|unit)"):
        durations.parse(value)
