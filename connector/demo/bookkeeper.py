"""What the bookkeeper of the demonstration sets up, and does by hand while the days pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from connector import local_days
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.commitments import promises
from connector.decided import approvals, customer_answers
from connector.decided.account_subjects import account_of, subject_of
from connector.decided.customer_answers import Unread
from connector.demo import book
from connector.demo.world import KEEPER_EMAIL, Place
from connector.deps import Deps
from connector.recipients import consents
from connector.rules.notice_settings import Notices
from connector.rules.policy import Policy
from dunning.checking import shipped
from dunning.customer.account import Promise
from dunning.customer.channels import Channel
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do
from matching.facts.policy import MatchPolicy
from providers.money import Money

SHIPPED = {"quickbooks": "services", "xero": "msp"}
KEY_ACCOUNT = "late"
"""A person alone writes to the first buyer of this habit."""
BY_CALL = ("late", "never")
ORDERED = (f"a {Do.CREDIT_HOLD} is", f"a {Do.DEMAND_LETTER} is", "a person calls")
"""What the bookkeeper agrees to at once for those who never pay."""
SOON = timedelta(days=4)


def rules(place: Place) -> Policy:
    """A shipped policy to start from, with texts beside mail, the account page, notices to the
    firm, thanks, and a key account."""
    body = shipped.body(SHIPPED[place.business.ledger])
    key = next(book.of_habit(place.business.buyers, KEY_ACCOUNT))
    changed = {
        **body, "steps": _also_by_text(body["steps"]),
        "segments": [
            {**one, "change": one["change"] | _texting(one["change"])} for one in body["segments"]
        ],
        "customers_are": "business", "collects_for_others": False, "portal": True,
        "customers": {place.clerk.ids[key.id]: {"with_a_person": "a key account"}},
    }  # fmt: skip
    return Policy(
        matching=MatchPolicy.every_rule(),
        dunning=DunningPolicy.model_validate(changed),
        notices=Notices(daily_digest=True, forewarning=True, thank_you=True),
    )


def _texting(change: Mapping[str, Any]) -> dict[str, Any]:
    return {"steps": _also_by_text(change["steps"])} if "steps" in change else {}


def _also_by_text(steps: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**step, "channels": ["email", "text"]} if "do" not in step else dict(step)
        for step in steps
    ]


def record_consents(deps: Deps, connection_id: int, place: Place) -> None:
    """Who has no mail address agreed to texts, and every second of those who pay late to calls."""
    buyers = place.business.buyers
    late = [buyer for buyer in buyers if book.habit(buyers, buyer) in BY_CALL and buyer.email]
    agreed = [(buyer, Channel.TEXT) for buyer in buyers if not buyer.email]
    agreed += [(buyer, Channel.CALL) for buyer in late[1::2]]
    with deps.writing() as tx:
        for buyer, channel in agreed:
            consents.give(
                tx, connection_id, channel, buyer.phone, customer_id=place.clerk.ids[buyer.id],
                words="order form of 5 January 2026", by=KEEPER_EMAIL, at=deps.now(),
            )  # fmt: skip


class Bookkeeper:
    """Reads what customers answer, keeps their promises, and orders what only a person may."""

    def __init__(self, deps: Deps, connection_id: int, *, never_pay: Collection[str]) -> None:
        """`never_pay` are the ledger's ids of customers."""
        self._deps, self._connection_id = deps, connection_id
        self._never_pay = never_pay

    def work(self, coming: Mapping[str, tuple[date, Collection[str]]]) -> None:
        """`coming` are the next payments by customer: the day, and the numbers that it is for."""
        with self._deps.reading() as tx:
            unread = customer_answers.unread(tx, self._connection_id, self._deps.now())
        for one in unread:
            self._keep_promise(one, coming.get(one.answer.customer_id))
        self._order()

    def _keep_promise(self, one: Unread, coming: tuple[date, Collection[str]] | None) -> None:
        """What is promised by who pays is kept; by who never does, it is not."""
        deps, customer_id = self._deps, one.answer.customer_id
        is_kept = coming is not None
        if not is_kept and customer_id not in self._never_pay:
            return
        with deps.writing() as tx:
            connection = tenants.connection(tx, self._connection_id)
            today = local_days.today(connection, deps.now())
            on, numbers = coming or (today + SOON, ())
            invoices = [
                it for it in promises.promisable(tx, connection.id, customer_id)
                if not is_kept or it.number in numbers
            ]  # fmt: skip
            known = {it.customer_id for it in promises.listed(tx, connection.id)}
            if invoices and on > today and customer_id not in known:
                owed = Money.total((it.open for it in invoices), invoices[0].open.currency)
                promise = Promise(tuple(it.id for it in invoices), owed, on, today, owed)
                promises.add(
                    tx, connection.id, customer_id, promise, source="person",
                    words=one.answer.text, by=KEEPER_EMAIL, at=deps.now(),
                )  # fmt: skip
        customer_answers.read(deps, self._connection_id, one.hold.id, by=KEEPER_EMAIL)

    def _order(self) -> None:
        with self._deps.reading() as tx:
            waiting = list(self._asked(approvals.waiting(tx, self._connection_id)))
        for approval_id in waiting:
            try:
                answers.approve(self._deps, approval_id, 0, KEEPER_EMAIL)
            except CannotAnswer:
                continue

    def _asked(self, waiting: Collection[approvals.Approval]) -> Iterator[int]:
        subjects = tuple(subject_of(id_, "") for id_ in self._never_pay)
        for one in waiting:
            is_theirs = account_of(one.subject).startswith(subjects)
            if is_theirs and any(it in one.summary for it in ORDERED):
                yield one.id
