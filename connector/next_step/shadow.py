"""The shadow report: what would have been sent and applied, and what people did about the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions, edits
from connector.decided.account_subjects import KINDS
from connector.decided.decisions import Made
from connector.learning.experience import BEST
from connector.mirroring import mirror
from connector.money.cash import BANK
from connector.outgoing import intents
from connector.rules.modes import Capability, Mode
from matching.facts.rules import RULES
from providers.ledger import Allocation, Kind, Payment
from providers.money import Money

MONEY = TypeAdapter(Money)
ALLOCATIONS = TypeAdapter(tuple[Allocation, ...])
PERCENT = Decimal("0.1")
DAYS = 7
"""How far back a report goes where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Would:
    """One step or rule: how often it would have been taken, and the amounts by currency."""

    what: str
    count: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What people made of what was decided: the same, the same put differently, or not at all."""

    agreed: int = 0
    edited: int = 0
    rejected: int = 0

    def parts(self) -> tuple[tuple[str, int], ...]:
        """In words."""
        return (("agreed", self.agreed), ("edited", self.edited), ("rejected", self.rejected))

    @property
    def total(self) -> int:
        return self.agreed + self.edited + self.rejected

    def share(self, count: int) -> Decimal | None:
        """In percent; None where nobody answered."""
        if not self.total:
            return None
        return (Decimal(100 * count) / self.total).quantize(PERCENT, ROUND_HALF_UP)

    def __str__(self) -> str:
        if not self.total:
            return "nothing known"
        return f"{', '.join(f'{count} {name}' for name, count in self.parts())}, of {self.total}"

    def __add__(self, other: Answers) -> Answers:
        return Answers(
            self.agreed + other.agreed, self.edited + other.edited, self.rejected + other.rejected
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One company on some days, both included. `left` is money that would have been left to people.

    `reminders` and `money` are answers to questions; `ledger` is what the bookkeeper did with money
    that shadow had decided on: `agreed` the same, `rejected` something else. `unplaced` is what
    nobody has placed yet."""

    first: date
    last: date
    sent: tuple[Would, ...]
    applied: tuple[Would, ...]
    left: int
    reminders: Answers
    money: Answers
    ledger: Answers
    unplaced: int


class WrongDays(ValueError):
    """The report ends before it begins; the text says so."""


def report(
    tx: Tx, connection: Connection, now: datetime, *, first: date | None = None,
    last: date | None = None,
) -> Report:  # fmt: skip
    """What shadow decided from the day `first` to the day `last` in the company's zone, without
    them in the last seven days up to now. Raises WrongDays."""
    zone = ZoneInfo(connection.time_zone)
    last = last or now.astimezone(zone).date()
    first = first or last - timedelta(days=DAYS - 1)
    if last < first:
        raise WrongDays(f"{last} is before {first}; say the earlier day first")
    since, until = (
        datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1))
    )
    made = decisions.made_in(tx, connection.id, Mode.SHADOW, since=since, until=until)
    sends = _newest(it for it in made if (it.capability, it.action) == (Capability.REMIND, "send"))
    cash = _newest(it for it in made if it.capability == Capability.CASH)
    applies = [it for it in cash if it.action == "apply"]
    ledger, unplaced = _in_ledger(tx, connection.id, applies)
    return Report(
        first=first,
        last=last,
        sent=_would(sends, {it.id: _asked(it) for it in sends}),
        applied=_would(applies, {it.id: [part.amount for part in _parts(it)] for it in applies}),
        left=len(cash) - len(applies),
        reminders=answers(tx, connection.id, Capability.REMIND, since=since, until=until),
        money=answers(tx, connection.id, Capability.CASH, since=since, until=until),
        ledger=ledger,
        unplaced=unplaced,
    )


def answers(
    tx: Tx, connection_id: int, capability: Capability, *, since: datetime,
    until: datetime | None = None, segment: str = "",
) -> Answers:  # fmt: skip
    """What people answered, to everything or only to what was about one segment; of reminders, to
    what was about an account."""
    kinds = KINDS if capability is Capability.REMIND else ()
    given = {
        id_: (state, chosen)
        for id_, state, chosen in approvals.answered(
            tx, connection_id, capability, since=since, until=until, kinds=kinds
        )
    }
    if segment:
        about = decisions.fetch(tx, connection_id, given)
        given = {id_: it for id_, it in given.items() if _segment(about[id_].outcome) == segment}
    edited = edits.among(tx, connection_id, given)
    counts = Counter(
        "rejected" if state == "rejected"
        else "edited" if id_ in edited or chosen != BEST
        else "agreed"
        for id_, (state, chosen) in given.items()
    )  # fmt: skip
    return Answers(counts["agreed"], counts["edited"], counts["rejected"])


def _segment(outcome: dict[str, Any]) -> str:
    step = outcome.get("proposed") or outcome
    return str(step.get("segment", ""))


def _messages(made: Made) -> list[dict[str, Any]]:
    """What a message asks for in each of its currencies."""
    return [made.outcome, *made.outcome.get("besides", ())]


def _invoices(made: Made) -> list[str]:
    return [id_ for one in _messages(made) for id_ in one["invoice_ids"]]


def _asked(made: Made) -> list[Money]:
    return [MONEY.validate_python(one["total"]) for one in _messages(made)]


def _newest(made: Iterable[Made]) -> list[Made]:
    """The same money or step may be decided on again: its last decision counts."""
    last: dict[tuple[object, ...], Made] = {}
    for it in made:
        step = (it.rule, *_invoices(it)) if it.action == "send" else ()
        last[(it.subject, *step)] = it
    return list(last.values())


def _would(made: Sequence[Made], amounts: dict[int, list[Money]]) -> tuple[Would, ...]:
    by_rule: dict[str, list[Made]] = defaultdict(list)
    for it in made:
        by_rule[it.rule].append(it)
    return tuple(
        Would(
            RULES[rule].words if rule in RULES else rule,
            len(found),
            Money.totals(money for it in found for money in amounts[it.id]),
        )
        for rule, found in sorted(by_rule.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _parts(made: Made) -> tuple[Allocation, ...]:
    return ALLOCATIONS.validate_python(made.outcome["allocations"])


def _in_ledger(tx: Tx, connection_id: int, made: Sequence[Made]) -> tuple[Answers, int]:
    """Money that only the bank knows of has no place in the ledger to compare with, and what we
    applied ourselves since says nothing about people."""
    ours = {it.subject for it in intents.about(tx, connection_id, [it.subject for it in made])}
    compared = [it for it in made if it.kind != BANK and it.subject not in ours]
    places: dict[str, dict[str, Money]] = {}
    for kind in {it.kind for it in compared}:
        ids = [it.record_id for it in compared if it.kind == kind]
        for record in mirror.fetch(tx, connection_id, Kind(kind), ids):
            placed = _placed(record.allocations) if isinstance(record, Payment) else {}
            places[f"{kind}:{record.id}"] = placed
    same = sum(places.get(it.subject) == _placed(_parts(it)) for it in compared)
    unplaced = sum(not places.get(it.subject) for it in compared)
    return Answers(agreed=same, rejected=len(compared) - same - unplaced), unplaced


def _placed(parts: Sequence[Allocation]) -> dict[str, Money]:
    return {part.invoice_id: part.amount for part in parts}
