"""How often a rule turns out right, and how an explanation is shown on a scale of 100."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from matching.facts.items import Tally
from matching.facts.rules import RULES
from matching.references.explanations import Explanation

UNSURE_MAX = 0.9
UNKNOWN = 0.6
GENERAL_COUNTS = 100
COST_HALVED, COST_SHOWN = 8, 6


def confidence_of(one: Explanation, experience: Mapping[str, Tally]) -> float:
    """The share of decisions by this rule that turn out right: as on books in general at first, and
    ever more as it was for this client."""
    share = expected(one.rule, experience.get(one.rule))
    return share if one.sure else min(share, UNSURE_MAX) * exp(-one.cost / COST_HALVED)


def expected(rule: str, tally: Tally | None) -> float:
    """What a rule and a client's experience with it promise together: the general figure counts
    like a hundred decisions of the client's own."""
    known = RULES.get(rule)
    prior = known.prior if known else UNKNOWN
    if tally is None:
        return prior
    return (prior * GENERAL_COUNTS + tally.right) / (GENERAL_COUNTS + tally.decided)


def score_of(one: Explanation) -> float:
    """From 0 to 100, for people: how far an explanation is ahead of another."""
    return round(100 * exp(-one.cost / COST_SHOWN), 1)
