"""From a score to a decision."""

PASS_BELOW, REFUSE_ABOVE = 0.4, 0.9


def decision(score: float) -> str:
    """Return what becomes of an order with a score between 0 and 1."""
    if score < PASS_BELOW:
        return "pass"
    return "refuse" if score > REFUSE_ABOVE else "review"
