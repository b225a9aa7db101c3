"""The firm's digest of a company's day: what was done, asked, could not be done, and undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from connector import audit, local_days
from connector.clients.tenants import Connection, State
from connector.config import Config
from connector.db import Tx
from connector.decided import approvals, approvers, telling
from connector.evidence import aliases
from connector.mail import addresses
from connector.money import cash, naming
from connector.outgoing import intents
from connector.outgoing.effects import ToOwnSide
from connector.outgoing.intention import HAPPENED
from connector.outgoing.intents import OPEN, Intent, Step
from connector.proof import discrepancies
from connector.recipients.clearance import HELD_BACK
from connector.taken_back.reversals import REVERSED
from providers.ledger import AddNote, Undo

UNDER_WAY_MAX = timedelta(days=31)
"""What was intended longer before a day than this does not end on it."""
READ_MAX = 10_000
LINES_MAX = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the page that tells more."""

    text: str
    page: str


@dataclass(frozen=True, slots=True)
class Digest:
    company: str
    day: date
    done: tuple[Line, ...]
    asked: tuple[Line, ...]
    blocked: tuple[Line, ...]
    undone: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.done or self.asked or self.blocked or self.undone)


def of(tx: Tx, config: Config, connection: Connection, day: date) -> Digest:
    """A day of the client's zone. What waits for a person, and what is in the way, is told as it
    is now."""
    start, end = local_days.span(connection, day)
    found = intents.listed(
        tx, connection.id, tuple(Step), since=start - UNDER_WAY_MAX, limit=READ_MAX
    )
    found = [one for one in reversed(found) if not isinstance(one.effect, ToOwnSide)]
    ended = [one for one in found if one.ended_at and start <= one.ended_at < end]
    happened = [one for one in ended if one.state in HAPPENED]
    notes = [one for one in happened if isinstance(one.effect, AddNote)]
    acts = [one for one in happened if not isinstance(one.effect, AddNote | Undo)]
    failed = [one for one in ended if one.state in (Step.REFUSED, Step.PERSON)]
    held = [one for one in found if one.state in OPEN and _is_held(one)]
    return Digest(
        company=connection.name,
        day=day,
        done=(
            *_told(tx, config, connection, [_as_done(one) for one in acts]),
            *_noted(config, connection, notes),
        ),
        asked=(
            *_asked(tx, config, connection),
            *_proposed(tx, config, connection, start, end),
        ),
        blocked=(
            *_lost(config, connection),
            *_unaccounted(tx, config, connection),
            *_told(tx, config, connection, _without_followers(failed)),
            *_told(tx, config, connection, held),
        ),
        undone=(
            *_told(
                tx, config, connection, [one for one in happened if isinstance(one.effect, Undo)]
            ),
            *_reversed(tx, config, connection, start, end),
        ),
    )


def text_of(digest: Digest) -> str:
    """The digest as a mail says it."""
    parts = (
        ("Done", digest.done),
        ("Waiting for you", digest.asked),
        ("Could not be done", digest.blocked),
        ("Undone", digest.undone),
    )
    told = (f"{title}\n{_lines(lines)}" for title, lines in parts if lines)
    return f"{digest.company} on {digest.day:%A, %d %B %Y}\n\n" + "\n".join(told)


def _lines(lines: Sequence[Line]) -> str:
    told = [f"* {line.text}\n  {line.page}\n" for line in lines[:LINES_MAX]]
    if more := len(lines) - LINES_MAX:
        told += [f"* and {more} more\n"] if more > 0 else []
    return "".join(told)


def _told(
    tx: Tx, config: Config, connection: Connection, found: Sequence[Intent]
) -> Iterator[Line]:
    for told in telling.tell(tx, connection.id, found):
        who = f"{told.customer}: " if told.customer else ""
        why = f" ({told.intent.error})" if told.intent.error else ""
        yield Line(f"{who}{told.sentence}{why}", addresses.why(config, told.intent.decision_id))


def _asked(tx: Tx, config: Config, connection: Connection) -> Iterator[Line]:
    colleagues = approvers.colleagues(tx, connection.id)
    for asked in approvals.waiting(tx, connection.id):
        who = approvers.awaited(asked, colleagues)
        waits = f" (waits for {who} alone)" if who else ""
        yield Line(f"{asked.summary}{waits}", addresses.why(config, asked.decision_id))


def _noted(config: Config, connection: Connection, notes: Sequence[Intent]) -> Iterator[Line]:
    if notes:
        many = "a note" if len(notes) == 1 else f"{len(notes)} notes"
        yield Line(f"Wrote {many} in the ledger", addresses.of_client(config, connection, "audit"))


def _proposed(
    tx: Tx, config: Config, connection: Connection, start: datetime, end: datetime
) -> Iterator[Line]:
    """Names and accounts of payers that were proposed on that day: in no hurry, so told once."""
    if new := len(list(audit.between(tx, connection.id, aliases.PROPOSED, start, end))):
        many = "a name or account" if new == 1 else f"{new} names or accounts"
        yield Line(
            f"When there is time: {many} under which customers pay can be accepted",
            addresses.of_client(config, connection, "learned"),
        )


def _as_done(intent: Intent) -> Intent:
    """It happened on that day; that it was taken back since stands in its reason."""
    return replace(intent, state=Step.CONFIRMED)


def _is_held(intent: Intent) -> bool:
    """Whether it is not known what became of it, or people must mend something first."""
    return intent.state is Step.UNKNOWN or intent.error.startswith(HELD_BACK)


def _lost(config: Config, connection: Connection) -> Iterator[Line]:
    if connection.state is State.RECONNECT:
        yield Line(
            f"Nothing is read, written or sent until somebody reconnects {connection.name}:"
            f" {connection.state_reason}",
            addresses.of_client(config, connection, "connections"),
        )


def _unaccounted(tx: Tx, config: Config, connection: Connection) -> Iterator[Line]:
    for one in discrepancies.unexplained(tx, connection.id):
        money = naming.receipt(tx, connection.id, one.subject)
        yield Line(
            f"{money} does not add up: {one.fault}. {discrepancies.NEXT}",
            addresses.today(config, connection),
        )


def _without_followers(failed: Sequence[Intent]) -> list[Intent]:
    """Notes wait for what they tell of: where that came to nothing, they need no line."""
    return [one for one in failed if not isinstance(one.effect, AddNote)]


def _reversed(
    tx: Tx, config: Config, connection: Connection, start: datetime, end: datetime
) -> Iterator[Line]:
    """What somebody took out of the ledger again."""
    for entry in audit.between(tx, connection.id, REVERSED, start, end):
        kind, _, id_ = entry.about.partition(":")
        item = cash.find(tx, connection.id, kind, id_)
        if entry.decision_id:
            money = f"{item.total} from {naming.payer(tx, connection.id, item)}" if item else kind
            yield Line(
                f"{money}: {entry.what.get('reason', '')}",
                addresses.why(config, entry.decision_id),
            )
