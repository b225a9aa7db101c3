"""How often a rule turns out right, and how an explanation is shown on a scale of 100."""

from __future__ import annotations

from math import exp

from matching.explanations import Explanation
from matching.rules import RULES

UNSURE_MAX = 0.9
UNKNOWN = 0.6
COST_HALVED, COST_SHOWN = 8, 6


def confidence_of(one: Explanation) -> float:
    """The share of decisions by this rule that turn out right, before a client's own experience."""
    rule = RULES.get(one.rule)
    prior = rule.prior if rule else UNKNOWN
    return prior if one.sure else min(prior, UNSURE_MAX) * exp(-one.cost / COST_HALVED)


def score_of(one: Explanation) -> float:
    """From 0 to 100, for people: how far an explanation is ahead of another."""
    return round(100 * exp(-one.cost / COST_SHOWN), 1)
