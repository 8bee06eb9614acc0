"""Spans of time as Backstage's configuration writes them: `{minutes: 30}`, `PT30M` or `30m`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

# A month and a year are what people mean by them on average; no schedule needs them to the day.
UNIT_SECONDS: Mapping[str, float] = {
    "years": 365.25 * 86_400,
    "months": 30.4375 * 86_400,
    "weeks": 7 * 86_400,
    "days": 86_400,
    "hours": 3_600,
    "minutes": 60,
    "seconds": 1,
    "milliseconds": 0.001,
}
SHORT = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds", "w": "weeks"}
WORDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.ASCII)
ISO = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def parse(value: str | Mapping[str, float]) -> timedelta:
    """Return the span that `value` stands for.

    Raises:
        ValueError: it is none; the message says how one looks.
    """
    if isinstance(value, Mapping):
        return _span({unit: float(count) for unit, count in value.items()}, value)
    match = ISO.fullmatch(value)
    if match and len(value) > 1 and not value.endswith("T"):
        return _span({unit: float(count) for unit, count in match.groupdict().items() if count}, value)
    short = WORDS.fullmatch(value)
    if short:
        unit = short[2] if short[2] in UNIT_SECONDS else SHORT.get(short[2], f"{short[2]}s")
        return _span({unit: float(short[1])}, value)
    raise ValueError(f"{value!r} is no span of time. Write {{minutes: 30}}, PT30M or 30m.")


def _span(parts: Mapping[str, float], value: object) -> timedelta:
    unknown = sorted(parts.keys() - UNIT_SECONDS.keys())
    if unknown:
        raise ValueError(f"{value!r} has {', '.join(unknown)}, which is no unit. Use {', '.join(UNIT_SECONDS)}.")
    return timedelta(seconds=sum(UNIT_SECONDS[unit] * count for unit, count in parts.items()))
