"""What a client lets the matcher do by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator

from matching.facts.rules import EVERY_FAMILY, RULES, SAME_MONEY, Family
from providers.money import currency_limits, looser_limits

OLDEST_OF_EQUAL = "oldest_of_equal"
Rules = TypeVar("Rules", frozenset[str], dict[str, float])


class MatchPolicy(BaseModel):
    """Switches and thresholds; as it stands, only exact number and exact amount are applied.

    `apply_by` are the families of rules that may be applied without a person, and `rules_off`
    single rules that may not. `confidence_min` is how often a rule must turn out right, from 0 to
    1; `confidence_min_of` says another figure for single rules. `apply_at_most` is the largest
    payment per currency that is applied without a person, and 0 asks every time; a currency that
    is not named is held to the limits in others at the recorded rate, and has none without a rate.
    `margin` is how much less far-fetched the best explanation must be than the next.
    `oldest_of_equal` pays the oldest of equal invoices where nothing tells which is meant;
    `several_customers` lets one payment pay invoices of several.
    `name_points_min` (0 to 100) is how like a payer's name must be to count as a customer's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    apply_by: frozenset[Family] = frozenset({Family.EXACT})
    rules_off: frozenset[str] = frozenset()
    confidence_min: float = Field(default=0.98, ge=0.5, le=1)
    confidence_min_of: dict[str, float] = Field(default_factory=dict)
    apply_at_most: dict[str, Decimal] = Field(default_factory=dict)
    margin: float = Field(default=0.9, ge=0.01, le=10)
    oldest_of_equal: bool = False
    several_customers: bool = True
    name_points_min: float = Field(default=88.0, ge=50, le=100)
    candidates_max: int = Field(default=10, ge=1, le=50)

    @field_serializer("apply_by", "rules_off", when_used="json")
    def _in_order(self, names: frozenset[str]) -> list[str]:
        return sorted(names)

    @classmethod
    def every_rule(cls) -> MatchPolicy:
        """Everything that the evidence fixes is applied: for trying the matcher on a book."""
        return cls(apply_by=EVERY_FAMILY)

    def asked_of(self, rule: str) -> float | None:
        """How often a rule must turn out right to be applied; None if a person is always asked."""
        known = RULES.get(rule)
        if known is None or rule in self.rules_off or known.family not in self.apply_by:
            return None
        if rule == OLDEST_OF_EQUAL and not self.oldest_of_equal:
            return None
        return self.confidence_min_of.get(rule, self.confidence_min)

    def freer_than(self, other: MatchPolicy) -> list[str]:
        """The rules that this policy applies without a person more readily than the other."""
        asked = {rule: (self.asked_of(rule), other.asked_of(rule)) for rule in RULES}
        is_looser = self._is_looser_than(other)
        freer = [
            rule
            for rule, (mine, others) in asked.items()
            if mine is not None and (others is None or mine < others or is_looser)
        ]
        return freer + [SAME_MONEY] * (SAME_MONEY in other.rules_off - self.rules_off)

    def _is_looser_than(self, other: MatchPolicy) -> bool:
        """Whether what holds for every rule lets more pass."""
        return (
            self.margin < other.margin
            or self.name_points_min < other.name_points_min
            or self.several_customers > other.several_customers
            or bool(looser_limits(self.apply_at_most, other.apply_at_most))
        )

    def forbids(self, rule: str, confidence: float) -> str:
        """Why a rule may not be applied without a person; empty if it may."""
        least = self.asked_of(rule)
        if least is None:
            return f"the policy leaves the rule {rule} to a person"
        if confidence < least:
            return f"the rule {rule} is right in {confidence:.1%}, and {least:.1%} is asked for"
        return ""

    _check_limits = field_validator("apply_at_most")(currency_limits)

    @field_validator("rules_off", "confidence_min_of")
    @classmethod
    def _check_rules(cls, rules: Rules) -> Rules:
        known = (*RULES, SAME_MONEY) if isinstance(rules, frozenset) else (*RULES,)
        for rule in rules:
            if rule not in known:
                raise ValueError(f"{rule!r} is no rule; there are {', '.join(known)}")
        return rules
