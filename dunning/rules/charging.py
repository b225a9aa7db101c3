"""How charges for being late are billed, and under whose law interest is asked for."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field, field_validator

from dunning.customer.persons import Kind
from dunning.fees.interest import Claim, why_none
from dunning.fees.rates import TABLES
from dunning.rules.steps import Document
from providers.money import Money

FIXED_SUM = "fixed sum: "
"""How the line of a working-out begins that has the law's fixed sum."""


class Billing(Document):
    """How a charge becomes an invoice of its own. `accounts` says, by company (or "" for all), to
    which account of the ledger it is booked; it is due `due_days` after its day. The texts begin
    the line that the customer reads."""

    accounts: dict[str, str] = Field(default_factory=dict)
    due_days: int = Field(default=14, ge=0, le=365)
    late_fee_text: str = Field(default="Late fee", min_length=1, max_length=100)
    interest_text: str = Field(
        default="Interest and compensation for late payment", min_length=1, max_length=100
    )

    def account(self, company: str) -> str:
        return self.accounts.get(company) or self.accounts.get("", "")


class StatutoryInterest(Document):
    """What the law gives a business that is paid late by another. `country` is that of the law
    which the contracts are under (ISO's two letters). With `contractual` they have an interest rate
    of their own, which goes before. `fixed_sum` asks for the law's fixed sum as well."""

    country: str
    contractual: bool = False
    fixed_sum: bool = True

    @field_validator("country")
    @classmethod
    def _check_country(cls, country: str) -> str:
        if TABLES.law_of(country) is None:
            known = ", ".join(sorted(code for law in TABLES.laws for code in law.countries))
            raise ValueError(f"there is no table of interest for {country!r}; there are {known}")
        return country


def claimed(claim: Claim, terms: StatutoryInterest) -> Money:
    """What a client asks for of what the law gives."""
    return claim.interest + claim.fixed_sum if terms.fixed_sum else claim.interest


def worked_out(claim: Claim, terms: StatutoryInterest) -> tuple[str, ...]:
    """The claim line by line, each rate with its source."""
    periods = (
        f"{one.first} to {one.last}: {one.principal} at {one.percent:f} % a year is"
        f" {one.interest} ({one.source})"
        for one in claim.periods
    )
    fixed = (f"{FIXED_SUM}{claim.fixed_sum}",) if terms.fixed_sum else ()
    daily = (f"each further day adds {claim.daily}",) if claim.daily else ()
    return (*periods, *fixed, *daily, claim.citation)


def why_spared(terms: StatutoryInterest | None, kind: Kind) -> str:
    """Why a draft of interest is not to be charged any more, by the customer's terms and kind as
    they are; empty where it may be."""
    law = TABLES.law_of(terms.country) if terms else None
    if terms is None or law is None:
        return "the customer's terms claim no interest any more"
    return why_none(law, kind=kind, contractual=terms.contractual)


def is_worked_out_by(terms: StatutoryInterest, working: Collection[str]) -> bool:
    """Whether lines of `worked_out` are by these terms and by the table of their law as it is."""
    law = TABLES.law_of(terms.country)
    has_fixed_sum = any(line.startswith(FIXED_SUM) for line in working)
    return law is not None and law.citation in working and has_fixed_sum == terms.fixed_sum
