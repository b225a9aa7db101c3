"""Payments that a ledger shows on their invoices alone: one of the sum of a line of the bank may be
the same money, so it is read before anything of the line is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.db import Tx
from connector.evidence import payouts
from connector.evidence.cash_case import Case
from connector.mirroring import rereading
from connector.money import shown_payments
from connector.money.cash import BANK
from connector.money.shown_payments import Shown
from connector.twin_money.twins import named
from matching.deciding.weighing import doubted
from matching.facts.items import MatchDecision
from providers.ledger import Invoice

WAITED_FOR = timedelta(hours=24)
"""How long a line waits for the ledger to give such a payment out; then a person is asked."""


@dataclass(frozen=True, slots=True)
class Unread:
    """`since` is when the line began to wait for them, aware UTC, and None before that."""

    found: tuple[Shown, ...]
    since: datetime | None

    @property
    def why(self) -> str:
        """For a person who decides without them."""
        hours = WAITED_FOR // timedelta(hours=1)
        what = ", ".join(it.words for it in self.found)
        return (
            f"the ledger shows {self.found[0].paid.amount} as {what}, and has not given that out in"
            f" {hours} hours: it may be the same money"
        )


def near(tx: Tx, case: Case, verdict: MatchDecision) -> Unread | None:
    """Those about the day of the line that we did not enter. A line that names other invoices with
    their exact amounts is other money."""
    item, connection_id = case.item, case.connection.id
    if item.kind != BANK or item.left != item.total or verdict.action == "ignore":
        return None
    wanted = named(verdict)
    invoices = [
        it for it in case.records if isinstance(it, Invoice) and (not wanted or it.id in wanted)
    ]  # fmt: skip
    sums = {item.total} | payouts.nets(tx, connection_id, item)
    shown = shown_payments.on(invoices, [item.received], sums)
    left = shown_payments.new(tx, connection_id, shown)
    if not left:
        return None
    since = rereading.hinted_at(tx, connection_id, [it.place for it in left], why=_why(case))
    return Unread(tuple(left), since)


def await_them(tx: Tx, case: Case, unread: Unread, *, now: datetime) -> bool:
    """Ask for them once more; False where that has been done for long enough."""
    if unread.since is not None and now - unread.since >= WAITED_FOR:
        return False
    places = [it.place for it in unread.found]
    again = f"/{now:%y%m%d%H%M}" if unread.since else ""
    rereading.hint_at(tx, case.connection.id, places, why=f"{_why(case)}{again}", now=now)
    return True


def weighed(verdict: MatchDecision, unread: Unread | None) -> MatchDecision:
    """The verdict left to a person where they could not be read."""
    if unread is None or verdict.action == "ignore":
        return verdict
    before = verdict.reasons if verdict.action == "review" else ()
    return replace(doubted(verdict, unread.why), reasons=(unread.why, *before))


def _why(case: Case) -> str:
    return f"same:{case.item.subject}"
