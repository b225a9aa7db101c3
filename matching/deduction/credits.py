"""Credits for what is in question: the codes they are given, and where each is booked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_serializer


class CreditCode(StrEnum):
    """Why something is credited, in the words of deduction management."""

    DAMAGE = "damage"
    SHORTAGE = "shortage"
    PRICING = "pricing"
    QUALITY = "quality"
    FREIGHT = "freight"
    PROMOTION = "promotion"
    RETURN = "return"
    OTHER = "other"


class CreditAccount(BaseModel):
    """Credits of these codes, or of all where none is named, are booked to `account` (an id of the
    ledger) unless the person who approves one names another. `company` is the name of the one it
    is for; empty for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(min_length=1)
    codes: frozenset[CreditCode] = frozenset()
    company: str = ""

    @field_serializer("codes", when_used="json")
    def _in_order(self, codes: frozenset[CreditCode]) -> list[str]:
        return sorted(codes)

    def is_for(self, company: str, code: CreditCode) -> bool:
        return self.company in ("", company) and (not self.codes or code in self.codes)


def account_for(accounts: Iterable[CreditAccount], company: str, code: CreditCode) -> str:
    """The account of the first that is for this code at this company; empty if none is."""
    return next((one.account for one in accounts if one.is_for(company, code)), "")
