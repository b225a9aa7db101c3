"""What was learned of one client, in words with what it was learned from, and what a person says to
it: use this, or do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from connector.db import Tx
from connector.evidence import aliases, habits
from connector.evidence.aliases import Alias, Sort
from connector.evidence.aliases import State as AliasState
from connector.evidence.habits import Unused
from connector.mirroring import mirror
from connector.money import cash
from matching.deciding.confidence import expected
from matching.facts.items import Tally
from matching.facts.rules import RULES
from matching.reading_texts.numbering import Seen

PREFIXES_SHOWN_MAX = 30
SHOWN_STATES = (AliasState.PROPOSED, AliasState.ACTIVE, AliasState.REVOKED)


class Kind(StrEnum):
    NAME = "name"
    ACCOUNT = "account"
    NUMBERING = "numbering"
    TRUST = "trust"


class State(StrEnum):
    PROPOSED = "proposed"
    USED = "used"
    REVOKED = "revoked"


OF_ALIAS = {
    AliasState.PROPOSED: State.PROPOSED, AliasState.ACTIVE: State.USED,
    AliasState.REVOKED: State.REVOKED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sighting:
    """Money in which it was noticed; `decision_id` is the last decision about it."""

    received: date
    amount: str
    text: str
    decision_id: int | None


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that was learned. `key` names it, `effect` says what is done by it, and `evidence`
    what it was learned from; a name or an account shows the money in `sightings`.

    `customer_id` and `customer` are whose it is taken to be, empty for what is of no customer. `by`
    and `at` tell who accepted or revoked it, empty and None where nobody did. `can_change` is False
    where it comes to what holds for everybody.
    """

    key: str
    kind: Kind
    words: str
    effect: str
    evidence: str
    state: State
    customer_id: str = ""
    customer: str = ""
    by: str = ""
    at: datetime | None = None
    sightings: tuple[Sighting, ...] = ()
    can_change: bool = True


def lessons(tx: Tx, connection_id: int) -> list[Lesson]:
    """Names and accounts first, what waits for a person at the top; then numbering and trust."""
    off = habits.unused(tx, connection_id)
    return [
        *_of_payers(tx, connection_id),
        *_of_numbers(tx, connection_id, off),
        *_of_rules(habits.tallies(tx, connection_id), off),
    ]


def proposed(tx: Tx, connection_id: int) -> int:
    """How many names and accounts wait for a person."""
    return len(aliases.listed(tx, connection_id, [AliasState.PROPOSED]))


def settle(tx: Tx, connection_id: int, key: str, *, use: bool, by: str, at: datetime) -> bool:
    """A person wants something that was learned to be used, or not; False where that changes
    nothing. Raises LookupError where nothing of this key was learned that could be changed."""
    known = {one.key for one in lessons(tx, connection_id) if one.can_change}
    if key not in known:
        raise LookupError(f"nothing named {key} was learned that could be changed")
    kind, _, id_ = key.partition(":")
    if kind == "alias":
        return aliases.settle(tx, connection_id, int(id_), accept=use, by=by, at=at)
    return habits.use(tx, connection_id, key, wanted=use, by=by, at=at)


def _of_payers(tx: Tx, connection_id: int) -> list[Lesson]:
    found = aliases.listed(tx, connection_id, SHOWN_STATES)
    names = mirror.names(tx, connection_id, {one.customer_id for one in found})
    seen = {subject for one in found for subject in one.seen}
    money = {item.subject: item for item in cash.fetch(tx, connection_id, seen)}
    return sorted(
        (
            _of_payer(one, names.get(one.customer_id, one.customer_id), [
                money[subject] for subject in one.seen if subject in money
            ])
            for one in found
        ),
        key=lambda one: (list(State).index(one.state), one.kind, one.words),
    )  # fmt: skip


def _of_payer(one: Alias, customer: str, money: Sequence[cash.Item]) -> Lesson:
    is_name = one.sort is Sort.NAME
    words = f'"{one.name}" pays for {customer}' if is_name else (
        f"Account {one.name} is {customer}'s"
    )  # fmt: skip
    effect = "Money under this name" if is_name else "Money from this account"
    return Lesson(
        key=f"alias:{one.id}", kind=Kind.NAME if is_name else Kind.ACCOUNT, words=words,
        effect=f"{effect} is matched with what {customer} owes.",
        evidence=f"Noticed in {_many(len(one.seen), 'payment')} of this customer alone.",
        state=OF_ALIAS[one.state], customer_id=one.customer_id, customer=customer, by=one.by,
        at=one.changed_at if one.by else None,
        sightings=tuple(
            Sighting(it.received, str(it.total), it.text, it.decision_id) for it in money
        ),
    )  # fmt: skip


def _of_numbers(tx: Tx, connection_id: int, off: Mapping[str, Unused]) -> Iterator[Lesson]:
    numbering = habits.learned_numbering(tx, connection_id)
    seen = habits.numbers_seen(tx, connection_id)
    for count, place in sorted(numbering.serial_at.items()):
        key, is_last = habits.groups_key(count), place == count - 1
        which = "the last one" if is_last else f"number {place + 1} from the left"
        yield _of_habit(
            key, off, Kind.NUMBERING,
            words=f"In invoice numbers with {_many(count, 'group')} of digits, {which} counts up"
            if count > 1 else "Invoice numbers with one group of digits count up",
            effect="A payer who writes only these digits is understood."
            + " It holds where nothing was learned, too: there is nothing to revoke." * is_last,
            evidence=_numbers(seen.get(key)), can_change=not is_last,
        )  # fmt: skip
    prefixes = [(seen.get(habits.prefix_key(it)), it) for it in numbering.prefixes]
    prefixes.sort(key=lambda one: (-(one[0].count if one[0] else 0), one[1]))
    for some, prefix in prefixes[:PREFIXES_SHOWN_MAX]:
        yield _of_habit(
            habits.prefix_key(prefix), off, Kind.NUMBERING,
            words=f'Invoice numbers begin with "{prefix.upper()}"',
            effect="Digits behind these letters are read as an invoice number; one that no invoice"
            " has speaks against matching by amounts.",
            evidence=_numbers(some),
        )  # fmt: skip


def _of_rules(tallies: Mapping[str, Tally], off: Mapping[str, Unused]) -> Iterator[Lesson]:
    for rule, tally in sorted(tallies.items()):
        if rule not in RULES or not tally.decided:
            continue
        general, own = expected(rule, None), expected(rule, tally)
        against = own < general
        yield _of_habit(
            habits.rule_key(rule), off, Kind.TRUST,
            words=f'Of matches of the kind "{RULES[rule].words}", {tally.right} of {tally.decided}'
            " were right",
            effect=f"Such a match counts as right in {own:.2%}, where {general:.2%} hold for all;"
            " the policy says how much is enough to apply it."
            + " What people decided otherwise counts whether it is used or not." * against,
            evidence="Decided in the last 180 days, and in the newest backtest.",
            can_change=not against or habits.rule_key(rule) in off,
        )  # fmt: skip


def _of_habit(
    key: str, off: Mapping[str, Unused], kind: Kind, *, words: str, effect: str, evidence: str,
    can_change: bool = True,
) -> Lesson:  # fmt: skip
    said = off.get(key)
    return Lesson(
        key, kind, words, effect, evidence, State.REVOKED if said else State.USED,
        by=said.by if said else "", at=said.at if said else None, can_change=can_change,
    )  # fmt: skip


def _numbers(seen: Seen | None) -> str:
    """From how many invoices, and some of them; what was learned long ago does not tell."""
    if seen is None:
        return "From the client's invoices; how many is counted tonight."
    return f"From {_many(seen.count, 'invoice')}, such as {', '.join(seen.examples)}."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + "s" * (count != 1)
