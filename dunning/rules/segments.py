"""Groups of customers by rule, each with what differs for it; a customer is in one at most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field, field_validator

from dunning.customer.account import Account
from dunning.customer.standing import Payer
from dunning.rules.steps import Document
from providers.money import currency_limits


class When(Document):
    """Who belongs to a segment: everything that is named must hold.

    `year_at_least` is by currency what the customer was invoiced in a year. `customers` are ids of
    the ledger, where a client has several companies each as in `2:17`, behind its company's number;
    with them nothing else needs to be named.
    """

    customers: tuple[str, ...] = ()
    payer: tuple[Payer, ...] = ()
    years_at_least: int | None = Field(default=None, ge=0, le=100)
    days_late_at_least: int | None = Field(default=None, ge=0, le=3650)
    on_time_share_at_most: Decimal | None = Field(default=None, ge=0, le=1)
    broken_promises_at_least: int | None = Field(default=None, ge=1, le=1000)
    year_at_least: dict[str, Decimal] = Field(default_factory=dict)

    _check_year = field_validator("year_at_least")(currency_limits)

    def holds(self, account: Account, today: date) -> bool:
        past = account.standing
        checks = (
            not self.customers or any(name in self.customers for name in account.names),
            not self.payer or past.payer in self.payer,
            self.years_at_least is None or past.years(today) >= self.years_at_least,
            _reaches(past.mean_days_late, self.days_late_at_least),
            self.on_time_share_at_most is None or self._is_seldom_on_time(past.on_time_share),
            _reaches(past.promises_broken, self.broken_promises_at_least),
            not self.year_at_least or self._is_worth(account),
        )
        return all(checks)

    def _is_seldom_on_time(self, share: Decimal | None) -> bool:
        most = self.on_time_share_at_most
        return share is not None and most is not None and share <= most

    def _is_worth(self, account: Account) -> bool:
        least, year = self.year_at_least.get(account.currency), account.standing.year
        return least is not None and year is not None and year.amount >= least


class Segment(Document):
    """`change` are the fields of the policy that differ for its members."""

    name: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9 _-]*$")
    when: When
    change: dict[str, Any] = Field(default_factory=dict)


def segment_of(segments: Sequence[Segment], account: Account, today: date) -> str:
    """The name of the first segment whose rule holds for the customer in any of its currencies, so
    that it is in the same one in all; empty where none does."""
    accounts = (account, *account.beside)
    found = (it.name for it in segments if any(it.when.holds(one, today) for one in accounts))
    return next(found, "")


def _reaches(value: Decimal | int | None, least: int | None) -> bool:
    return least is None or (value is not None and value >= least)
