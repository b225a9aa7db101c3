"""A company without a ledger behind it: records and lines of the bank come one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import FrameType
from typing import Any

import sqlalchemy as sa

from connector import lease
from connector.answering import answers
from connector.cash_application import placing
from connector.clients import sweeps, tenants
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item, Standing
from connector.money.set_aside import As
from connector.outgoing import intents
from connector.proof import conservation
from connector.rules import modes, policy
from connector.rules.modes import Capability, Mode
from connector.sending import aftermath
from connector.syncing import perceive
from connector.twin_money import twins
from connector.undoing import undo
from matching.facts.rules import EVERY_FAMILY
from providers.ledger import Draft, Gone, Kind, Record
from providers.money import Money
from providers.receipts import Receipt
from tests.connector.office import TODAY, clock_of, connect, usd


@dataclass
class Pairs:
    deps: Deps
    connection_id: int

    @classmethod
    def opened(
        cls, deps: Deps, mode: Mode = Mode.AUTOPILOT, *, name: str = "Cedar Books", **matching: Any
    ) -> Pairs:  # fmt: skip
        """Every rule is allowed, so that nothing but the other record keeps money from being
        applied."""
        made = cls(deps, connect(deps, name))
        rules = {"matching": {"apply_by": sorted(EVERY_FAMILY), **matching}}
        with deps.writing() as tx:
            client_id = tenants.connection(tx, made.connection_id).client_id
            modes.switch(tx, client_id, Capability.CASH, mode, at=deps.now(), by="tests")
            policy.save(tx, client_id, policy.Policy.model_validate(rules), at=deps.now(),
                        by="tests")  # fmt: skip
        return made

    def keep(self, *records: Record) -> None:
        """What the ledger tells of."""
        self.pass_minutes(1)
        with lease.held(self.deps, "sync", self.connection_id) as fence, self.deps.writing() as tx:
            assert fence
            perceive.keep(tx, fence, records, read_at=self.deps.now())

    def bring(
        self, line: str, text: str = "", *, day: date = TODAY, amount: str = "100",
        payer: str = "Ash Ltd", original: Money | None = None, **facts: str,
    ) -> None:  # fmt: skip
        """A line of the bank."""
        one = Receipt(
            account="main", bank_id=line, received=day, amount=usd(amount), payer=payer,
            reference=text, original=original, **facts,
        )  # fmt: skip
        with self.deps.writing() as tx:
            cash.arrive(tx, self.connection_id, [one])

    def decide(self) -> None:
        """On all that is new; then a sweep begins, and on what waited for it."""
        self.decide_once()
        self.pass_minutes(1)
        with self.deps.writing() as tx:
            sweeps.keep(tx, self.connection_id, swept_at=self.deps.now())
        self.decide_once()

    def decide_once(self) -> None:
        with self.deps.reading() as tx:
            connection = tenants.connection(tx, self.connection_id)
        with lease.held(self.deps, "decide", self.connection_id) as fence:
            assert fence
            placing.run(self.deps, connection, fence)

    def enter(self) -> list[str]:
        """The ledger does what was intended; returns the subjects of what it has entered."""
        made: list[str] = []
        while True:
            with self.deps.writing() as tx:
                due = intents.due(
                    tx, self.connection_id, self.deps.now(), 1, names=["record_payment"]
                )
                if not due:
                    return made
                receipt = f"x{due[0].id}"
                intents.sending(tx, due[0], Draft("POST", "payment", b"{}"), now=self.deps.now())
                intents.confirmed(tx, due[0], receipt, now=self.deps.now())
                aftermath.confirmed(tx, due[0], receipt, now=self.deps.now())
            made.append(f"{Kind.PAYMENT}:{receipt}")

    def approve(self, subject: str, option: int = 0) -> None:
        """A person chooses one of the options about some money."""
        asked = self.asked(subject)
        assert asked
        answers.approve(self.deps, asked.id, option, "ann")

    def delete(self, *subjects: str) -> None:
        """Somebody deletes payments in the ledger."""
        self.keep(
            *(Gone(Kind(kind), id_) for kind, _, id_ in (it.partition(":") for it in subjects))
        )

    def pass_minutes(self, minutes: int) -> None:
        clock_of(self.deps).advance(minutes=minutes)

    def aside(self, subject: str, as_: As = As.NO_CUSTOMER, *, of: str = "") -> None:
        set_aside.by_person(
            self.deps, self.connection_id, subject, as_, of=of, reason="so", by="ann"
        )

    def same(self, subject: str, of: str) -> None:
        self.aside(subject, As.SAME, of=of)

    def back(self, subject: str) -> None:
        set_aside.take_back(self.deps, self.connection_id, subject, reason="no", by="ann")

    def offered(self, subject: str) -> list[str]:
        """The records that a person can choose from."""
        with self.deps.reading() as tx:
            return [it for it, _ in twins.alike(tx, self.connection_id, self.money(subject))]

    def refusal(self, subject: str, of: str) -> str:
        """Why the two cannot be said to be the same money."""
        with self.deps.reading() as tx:
            found = set_aside.why_not_same(tx, self.connection_id, self.money(subject), [of])
        return found[of]

    def undo(self, subject: str) -> None:
        with self.deps.writing() as tx:
            connection = tenants.connection(tx, self.connection_id)
            undo.intend(tx, connection, money=subject, by="ann", now=self.deps.now())

    def money(self, subject: str) -> Item:
        kind, _, id_ = subject.partition(":")
        with self.deps.reading() as tx:
            found = cash.find(tx, self.connection_id, kind, id_)
        assert found
        return found

    def stands(self, subject: str) -> tuple[Standing, str]:
        """Where it stands, and how much there is to place of it."""
        item = self.money(subject)
        return item.state, str(item.left)

    def counted(self) -> dict[str, str]:
        """What is set aside now, with the record that it counts with."""
        with self.deps.reading() as tx:
            return {it.subject: it.of for it in set_aside.in_force(tx, self.connection_id).values()}

    def asked(self, subject: str) -> Approval | None:
        with self.deps.reading() as tx:
            return approvals.is_waiting(tx, self.connection_id, subject)

    def proved(self) -> dict[str, str]:
        """By currency, all that came in; every receipt adds up."""
        with self.deps.reading() as tx:
            found = conservation.conservation(tx, self.connection_id)
        assert [it.faults for it in found if it.faults] == []
        return {it.currency: str(it.received.amount) for it in found}


def line(id_: str) -> str:
    """The subject of a line of the bank."""
    return f"{BANK}:main:{id_}"


@contextmanager
def statements(deps: Deps) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    kept: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        kept.append(text)

    sa.event.listen(deps.engine, "before_cursor_execute", note)
    yield kept
    sa.event.remove(deps.engine, "before_cursor_execute", note)


def calls(work: Callable[[], object]) -> int:
    """How many functions are called for it, in Python and in C."""
    count = 0

    def note(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
