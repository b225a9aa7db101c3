"""A client's price list as a CSV file: read whole, or refused with every line that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matching.deduction.prices import Price, key
from providers import figures, sheets
from providers.figures import CURRENCIES, Unreadable

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "sku", "item code", "product", "product/service"),
    "unit_price": ("unit price", "price"),
    "currency": ("currency",),
    "valid_from": ("valid from", "from"),
    "valid_to": ("valid to", "to", "until"),
}
"""What a column may be called; upper case and underscores do not count."""
ITEM_CHARACTERS_MAX = 100
PRICE = re.compile(r"\d{1,12}(\.\d{1,6})?")
FAULTS_MAX = 10


class BadPriceList(ValueError):
    """Nothing of the file can be used; each of `faults` names a line and what is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        more = [f"and {len(faults) - FAULTS_MAX} more"] if len(faults) > FAULTS_MAX else []
        super().__init__("; ".join([*faults[:FAULTS_MAX], *more]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    price: Price


def read(raw: bytes) -> list[Price]:
    """Every price of the file. An empty day is no limit. Raises BadPriceList."""
    try:
        rows = sheets.rows(raw)
    except Unreadable as error:
        raise BadPriceList([str(error)]) from None
    if not rows:
        raise BadPriceList(["the file is empty"])
    places = _places(rows[0][1])
    found: list[Row] = []
    faults: list[str] = []
    for line, cells in rows[1:]:
        try:
            found.append(Row(line, _price(_cells(cells, places, len(rows[0][1])))))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
    faults += _overlaps(found)
    if faults:
        raise BadPriceList(faults)
    if not found:
        raise BadPriceList(["the file has a first line and no price"])
    return [row.price for row in found]


def _places(heads: Sequence[str]) -> dict[str, int]:
    known = [" ".join(head.lower().replace("_", " ").split()) for head in heads]
    places = {
        role: known.index(name) for role, names in COLUMNS.items() for name in names[::-1]
        if name in known
    }  # fmt: skip
    if missing := [role for role in COLUMNS if role not in places]:
        wanted = f"the first line names the columns: {','.join(COLUMNS)}"
        raise BadPriceList([f"line 1: no column {', '.join(missing)}; {wanted}"])
    return places


def _cells(cells: Sequence[str], places: Mapping[str, int], width: int) -> dict[str, str]:
    if len(cells) != width:
        raise ValueError(f"{len(cells)} cells, and the first line has {width}")
    return {role: cells[place] for role, place in places.items()}


def _price(cells: Mapping[str, str]) -> Price:
    item, written, currency = cells["item"], cells["unit_price"], cells["currency"].upper()
    if not item or len(item) > ITEM_CHARACTERS_MAX:
        raise ValueError(f"the item must have 1 to {ITEM_CHARACTERS_MAX} characters")
    if not PRICE.fullmatch(written):
        raise ValueError(f"{written!r} is no price; write it as 1234.50, without a currency sign")
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is no currency; write its ISO code, such as USD")
    first, last = _day(cells["valid_from"]), _day(cells["valid_to"])
    if first and last and last < first:
        raise ValueError(f"it is valid to {last}, which is before {first}")
    return Price(item, currency, Decimal(written), first, last)


def _day(written: str) -> date | None:
    return figures.day(written) if written else None


def _overlaps(rows: Sequence[Row]) -> Iterator[str]:
    """Two prices for one item on one day: neither could be told to be the right one."""
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row.price.valid_from or date.min, row.line)):
        price = row.price
        before = last.get((key(price.item), price.currency))
        if before and before.price.holds_on(price.valid_from or date.min):
            yield (
                f"line {max(row.line, before.line)}: {price.item} has a price in"
                f" {price.currency} for the same day on line {min(row.line, before.line)}"
            )
        last[key(price.item), price.currency] = row
