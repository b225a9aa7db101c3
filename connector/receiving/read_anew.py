"""Lines of a CSV that came before by another reading of its columns: a text that nobody read then
gives a line another id, and it is the same money still."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import questions
from connector.mirroring import mirror, numbers
from connector.money import cash, cash_rows, line_questions
from connector.money.cash import Item, Standing
from connector.outgoing import intents
from connector.outgoing.intention import OPEN, STANDING
from connector.past import bank_files
from connector.receiving import word_pairs
from connector.receiving.word_pairs import FACTS, Pair
from connector.writing_back import stepwise
from matching.reading_texts.numbering import search_keys
from providers.bank.identity import plain
from providers.bank.refusal import BadStatement
from providers.ledger import Invoice, Kind
from providers.receipts import Receipt

RULE = "text_learned"
SUBJECT = "text:"
SUBJECT_MAX = 120
WORDS_MAX = 60


def new_ones(
    tx: Tx, connection: Connection, raw: bytes, found: Sequence[Receipt],
    counted: Sequence[Receipt], *, met: Collection[str], at: datetime,
    earlier: Mapping[int, Sequence[str]], is_other_reading: bool,
) -> tuple[list[Receipt], list[str]]:  # fmt: skip
    """Of the lines of a CSV that are to be `counted`, those that are new, and sentences about the
    rest. A known line that has one of the ids of `earlier` readings is the same; so is, each for
    one, one of the same account, day and amount, of which more is said now, or less; `met` are
    those that stand for others already. It learns what is said now, where that is not less, and is
    decided on again while it waits for a person; where it is placed, a person is asked if the text
    names another invoice. Where the columns are read as they were for the last file, other words
    are as well those of another line: both count, and a person is asked (`line_questions`). A file
    that came before holds the same lines, whatever is said of them.

    Raises BadStatement where a file that came before has another account, day or amount now.
    """
    before = bank_files.imported(tx, connection.id, raw)
    ids = {f"{one.account}:{one.bank_id}" for one in found}
    days = [one.received for one in counted]
    known = cash.of_days(tx, connection.id, min(days), max(days)) if days else []
    stored = {line.id: line for line in known}
    fresh = [one for one in counted if f"{one.account}:{one.bank_id}" not in stored]
    free = [line for line in known if line.id not in ids and line.id not in met]
    pairs = list(_one_to_one(_by_earlier_id(free, fresh, earlier)))
    told_of, said = {it.line.id for it in pairs}, {id(it.receipt) for it in pairs}
    guessed = list(word_pairs.found(
        [line for line in free if line.id not in told_of],
        [one for one in fresh if id(one) not in said], is_same_file=before is not None,
    ))  # fmt: skip
    is_sure = before is not None or is_other_reading
    unsure = [] if is_sure else [it for it in guessed if it.lost or it.won]
    pairs += guessed if is_sure else [it for it in guessed if not it.lost and not it.won]
    same = {id(pair.receipt) for pair in pairs}
    told = [_known(len(pairs))] if pairs else []
    if before is not None:
        rest = len(fresh) - len(pairs)
        if rest and before.credits > len(found) - rest:
            raise BadStatement(_otherwise(before.at, rest))
        if before.credits > len(found):
            told.append(_fewer(before, len(found)))
    for pair in (*pairs, *_by_id(stored, counted)):
        told += _learn(tx, connection, pair, at=at)
    told += [
        line_questions.ask_by_texts(tx, connection, it.receipt, it.line, at=at) for it in unsure
    ]
    return [one for one in counted if id(one) not in same], told


def _by_id(stored: Mapping[str, Item], counted: Sequence[Receipt]) -> Iterator[Pair]:
    """Where the bank numbers its lines, the id is the same by every reading."""
    for one in counted:
        line = stored.get(f"{one.account}:{one.bank_id}")
        if line and (pair := Pair(line, one)).is_agreed and not pair.lost:
            yield pair


def _by_earlier_id(
    free: Sequence[Item], fresh: Sequence[Receipt], earlier: Mapping[int, Sequence[str]]
) -> Iterator[Pair]:  # fmt: skip
    lines = {line.id: line for line in free}
    for one in fresh:
        yield from (Pair(lines[it], one) for it in earlier.get(id(one), ()) if it in lines)


def _one_to_one(pairs: Iterable[Pair]) -> Iterator[Pair]:
    taken: set[str | int] = set()
    for pair in pairs:
        if pair.line.id not in taken and id(pair.receipt) not in taken:
            taken |= {pair.line.id, id(pair.receipt)}
            yield pair


def _learned(pair: Pair) -> dict[str, str]:
    """What is said now otherwise than before; nothing where less is said, or where somebody wanted
    what was said erased."""
    told = {"text": pair.receipt.reference, "payer": pair.receipt.payer}
    told |= {name: getattr(pair.receipt, name) for name in FACTS}
    before = {name: str(getattr(pair.line, name)) for name in told}
    if any(map(word_pairs.was_erased, before.values())) or (pair.lost and not pair.won):
        return {}
    return {name: it for name, it in cash_rows.shortened(told).items() if it != before[name]}


def _learn(tx: Tx, connection: Connection, pair: Pair, *, at: datetime) -> list[str]:
    learned = _learned(pair)
    if not learned:
        return []
    cash.learn(tx, connection.id, pair.line, **learned)
    if pair.line.state is Standing.REVIEW:
        cash.again(tx, connection.id, [pair.line])
    if pair.line.state not in (Standing.APPLYING, Standing.APPLIED):
        return []
    why = _contradiction(tx, connection.id, pair)
    if why:
        _ask(tx, connection, pair.line, why, at=at)
    return [why] if why else []


def _ask(tx: Tx, connection: Connection, line: Item, why: str, *, at: datetime) -> None:
    subject = f"{SUBJECT}{line.subject}"[:SUBJECT_MAX]
    questions.show(tx, connection, subject=subject, rule=RULE, reasons=[why], at=at)


def _contradiction(tx: Tx, connection_id: int, pair: Pair) -> str:
    """Why what is placed may be wrong by what is said now; empty where nothing speaks against."""
    named = _named(tx, connection_id, pair.receipt.reference)
    placed = {
        part.invoice_id
        for intent in intents.about(tx, connection_id, [pair.line.subject])
        if intent.state in (*STANDING, *OPEN)
        for part in stepwise.parts_of(intent.effect)
    }
    if not named or not placed or placed & set(named):
        return ""
    return (
        f"{pair.line.total} of {pair.line.received:%d %b %Y} is applied already, and its text,"
        f" which was not read then, names {' and '.join(sorted(named.values()))}:"
        f" {pair.receipt.reference[: line_questions.SHOWN_MAX]!r}. If it is for that, undo what"
        " was applied"
    )


def _named(tx: Tx, connection_id: int, text: str) -> Mapping[str, str]:
    """The invoices whose whole number stands in a text, by their ids."""
    words = {plain(word): word for word in text.split()[:WORDS_MAX] if any(map(str.isdigit, word))}
    keys = {key for word in words.values() for key in search_keys(word)}
    alike = numbers.having(tx, connection_id, keys, limit=WORDS_MAX)
    ids = [id_ for kind, id_ in alike if kind == Kind.INVOICE]
    return {
        it.id: it.number for it in mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
        if isinstance(it, Invoice) and plain(it.number) in words
    }  # fmt: skip


def _known(count: int) -> str:
    lines = "1 line was" if count == 1 else f"{count} lines were"
    return f"{lines} known by another reading of the columns: not received again, but read anew"


def _otherwise(at: datetime, count: int) -> str:
    return (
        f"this file was imported on {at:%d %b %Y}, and {count} of its credits had another account,"
        " day or amount then, so they would count twice; set what was read wrongly aside, and"
        " export those days again"
    )


def _fewer(before: bank_files.Arrived, now: int) -> str:
    return (
        f"on {before.at:%d %b %Y} {before.credits} credits were read of this file, now {now}: the"
        " others stand as money still; look for them, and undo or set aside what is none"
    )
