"""Lines of the bank that came before in another file, which said less of them: an intraday report
gives no references, and the next day's statement does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connector.db import Tx
from connector.money import cash
from connector.money.cash import Item
from connector.receiving import word_pairs
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import REFERENCE_CHARACTERS_MIN, BankReturn
from providers.bank.identity import is_reference, plain
from providers.money import Money
from providers.receipts import Receipt

FACTS = ("bank_reference", "end_to_end_id", "payer_account")
"""What one file may give and another not; where both do, it is the same of the same line."""
Known = Item | BankReturn
Place = tuple[str, date, Money]
Told = tuple[int, Receipt]
Key = tuple[str, date, Money, str, str, str]


def new_ones(
    tx: Tx, connection_id: int, found: Sequence[Receipt]
) -> tuple[list[Receipt], list[str], set[str]]:
    """The receipts that are no line known under another id; in sentences how many are; and the ids
    of these lines. Each known line stands for one, and from then on has what this file says
    besides."""
    if not found:
        return [], [], set()
    same = dict(_same(cash.of_days(tx, connection_id, *_days(found)), found))
    for place, item in same.items():
        assert isinstance(item, Item)
        if facts := _besides(item, found[place]):
            cash.learn(tx, connection_id, item, **facts)
    count = len(same)
    lines = "line is" if count == 1 else "lines are"
    told = [f"{count} {lines} known from a file that said less: not received again"] if same else []
    rest = [one for place, one in enumerate(found) if place not in same]
    return rest, told, {item.id for item in same.values()}


def new_returns(tx: Tx, connection_id: int, found: Sequence[Receipt]) -> list[Receipt]:
    """The same of what the bank took back; as well by the words, all of one said by the other."""
    if not found:
        return []
    known = bank_returns.of_days(tx, connection_id, *_days(found))
    same = dict(_same(known, found))
    met = {one.id for one in same.values()} | {f"{one.account}:{one.bank_id}" for one in found}
    free = [one for one in known if one.id not in met]
    ids = {one.id for one in known}
    fresh = [
        (place, one) for place, one in enumerate(found)
        if place not in same and f"{one.account}:{one.bank_id}" not in ids
    ]  # fmt: skip
    same |= {
        place: one for place, one in _by_words(free, fresh)
        if not bank_returns.was_suspected(tx, connection_id, one)
    }  # fmt: skip
    for place, one in same.items():
        assert isinstance(one, BankReturn)
        if facts := _besides(one, found[place]) | _told_anew(one, found[place]):
            bank_returns.learn(tx, connection_id, one, **facts)
    return [one for place, one in enumerate(found) if place not in same]


def _by_words(
    known: Sequence[BankReturn], found: Sequence[tuple[int, Receipt]]
) -> Iterator[tuple[int, BankReturn]]:
    """By the place of a receipt, the return that it is; not where either says too little to tell it
    from others of its day, nor where they name different payers."""
    lines, said = defaultdict[Place, list[BankReturn]](list), defaultdict[Place, list[Told]](list)
    for line in known:
        if _tells(line.payer, line.text):
            lines[line.account, line.day, line.amount].append(line)
    for place, one in found:
        if _tells(one.payer, one.reference):
            said[one.account, one.received, one.amount].append((place, one))
    for key, now in said.items():
        for n, m in word_pairs.places(lines[key], [one for _, one in now]):
            yield now[m][0], lines[key][n]


def _tells(payer: str, text: str) -> bool:
    told = plain(text)
    return bool(plain(payer)) or (
        len(told) >= REFERENCE_CHARACTERS_MIN and any(map(str.isdigit, told))
    )


def _told_anew(line: BankReturn, one: Receipt) -> dict[str, str]:
    """Text and payer where the file says more, and nobody wanted what is known erased."""
    before = (line.payer, line.text)
    if any(map(word_pairs.was_erased, before)) or len(plain(line.payer + line.text)) >= len(
        plain(one.payer + one.reference)
    ):
        return {}
    return {"payer": one.payer, "text": one.reference}


def _days(found: Sequence[Receipt]) -> tuple[date, date]:
    days = [one.received for one in found]
    return min(days), max(days)


def _same(known: Sequence[Known], found: Sequence[Receipt]) -> Iterator[tuple[int, Known]]:
    """By the place of a receipt, the line that it is. What is known by its id is itself."""
    by_id = {line.id for line in known}
    own = {f"{one.account}:{one.bank_id}" for one in found}
    free: Mapping[Key, list[Known]] = defaultdict(list)
    for line in known:
        if line.id not in own:
            free[_key_of(line)].append(line)
    for place, one in enumerate(found):
        if f"{one.account}:{one.bank_id}" in by_id:
            continue
        near = free[_key(one)]
        if chosen := next((it for it in near if _agree(it, one)), None):
            near.remove(chosen)
            yield place, chosen


def _agree(line: Known, one: Receipt) -> bool:
    """Whether none contradicts the other, and a fact is the same or one says more: lines of which
    the same is said without any fact are told apart by their ids."""
    pairs = [(_fact(line, name), _fact(one, name)) for name in FACTS]
    differ = [pair for pair in pairs if pair[0] != pair[1]]
    return all("" in pair for pair in differ) and bool(differ or any(ours for ours, _ in pairs))


def _besides(line: Known, one: Receipt) -> dict[str, str]:
    """What the file says of the line that is not known yet."""
    names = [name for name in FACTS if hasattr(line, name) and not _fact(line, name)]
    return {name: getattr(one, name) for name in names if _fact(one, name)}


def _fact(of: Known | Receipt, name: str) -> str:
    text = str(getattr(of, name, ""))
    return plain(text) if is_reference(text) else ""


def _key(one: Receipt) -> Key:
    return (
        one.account, one.received, one.amount, plain(one.payer), plain(one.reference), one.part_of,
    )  # fmt: skip


def _key_of(line: Known) -> Key:
    if isinstance(line, Item):
        account = line.id.rpartition(":")[0]
        return (
            account, line.received, line.total, plain(line.payer), plain(line.text), line.part_of,
        )  # fmt: skip
    return line.account, line.day, line.amount, plain(line.payer), plain(line.text), ""
