"""How the columns of one bank's CSV are to be read: a value that can be shown and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from providers.bank.refusal import BadStatement

ROLES = (
    "date", "amount", "credit", "debit", "direction", "balance", "currency", "payer",
    "payer_account", "reference", "note", "bank_id", "account", "value_date", "original_amount",
    "original_currency", "status", "fee",
)  # fmt: skip
ORDERS = ("YMD", "DMY", "MDY")
SIGNS = ("as written", "turned")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
COLUMN_OR_VALUE = ("account", "currency")
"""Either the name of a column or what holds for the whole file."""
REMOVABLE = ("status", "direction")
"""A column of these shows itself by what it holds; one that a person took out stays out."""
DIGITS_MAX = 9
FREE = ("date_order", "decimal", "delimiter", "encoding", "sign")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a file does not say by itself; any of `answers` settles it."""

    question: str
    answers: tuple[str, ...]

    @property
    def what(self) -> str:
        """The question without how `--mapping` answers it."""
        return self.question.rpartition(": ")[0] or self.question


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` names for each role the places (from 0) of its columns; `header` is the line that
    names them, 0 where no line does. `balance_decimal` stands where balances have another sign than
    amounts. `account` and `currency` stand where no column has them.
    One of `REMOVABLE` without places is one that a person took out. `doubts` are questions to a
    person, each with the settings that answer it: with one open, nothing is imported. `before` are
    the columns by which such files were read earlier, the newest first. `no_notes` are the places
    of columns that a person has said to be no notes, whatever they hold in a later file.
    """

    columns: Dict[str, tuple[int, ...]]
    header: int = 1
    names: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = ""
    date_order: str = "YMD"
    decimal: str = "."
    balance_decimal: str = ""
    sign: str = "as written"
    account: str = ""
    currency: str = ""
    doubts: tuple[Doubt, ...] = field(default=())
    before: tuple[Dict[str, tuple[int, ...]], ...] = ()
    no_notes: tuple[int, ...] = ()

    @property
    def fingerprint(self) -> str:
        """By what the same kind of file is known again."""
        return fingerprint(self.names)

    def name(self, role: str) -> str:
        """How the columns of a role are called in the file."""
        return " + ".join(self.names_of(role))

    def names_of(self, role: str) -> list[str]:
        return [self.called(place) for place in self.columns.get(role, ())]

    def called(self, place: int) -> str:
        """How the column at a place is called in the file; by its number where it has no name."""
        return (self.names[place] if place < len(self.names) else "") or f"column {place + 1}"

    def changed(self, given: Dict[str, str]) -> Mapping:
        """With what a person says: roles by the name or number (from 1) of columns, and settings.

        Raises BadStatement for words that mean nothing here.
        """
        columns: dict[str, tuple[int, ...]] = dict(self.columns)
        free: dict[str, Any] = {}
        for key, value in given.items():
            if key in COLUMN_OR_VALUE and not self._is_column(value):
                free[key] = value
            elif key in ROLES:
                places = tuple(self._place(name, key) for name in _names(value))
                columns = {
                    role: held if role == "status" else tuple(sorted(set(held) - set(places)))
                    for role, held in columns.items()
                }
                columns[key] = places
            elif key in FREE:
                free[key] = _checked(key, value)
            else:
                raise BadStatement(
                    f"mapping: {key[:40]!r} is unknown; there are {', '.join((*ROLES, *FREE))}"
                )
        kept = {role: places for role, places in columns.items() if places or role in REMOVABLE}
        left = tuple(doubt for doubt in self.doubts if not set(doubt.answers) & set(given))
        others = range(len(self.names)) if "note" in given else ()
        return replace(self, columns=kept, doubts=left, **free).unnoted(self, others)

    def unnoted(self, before: Mapping, others: Iterable[int] = ()) -> Mapping:
        """With what a person took out of the notes that it had `before`, and with `others` that are
        no notes either."""
        out = {*before.no_notes, *before.columns.get("note", ()), *others}
        return replace(self, no_notes=tuple(sorted(out - set(self.columns.get("note", ())))))

    def told(self) -> str:
        """How a CSV is read, in sentences, so that a person can see a wrong choice."""
        columns = ", ".join(
            f"{role} = {self.name(role)}" for role in self.columns if self.name(role)
        )
        words = {",": "a comma", ".": "a point"}
        decimal = words.get(self.decimal, "a point")
        if self.balance_decimal:
            decimal += f", those of the balance {words[self.balance_decimal]}"
        return (
            f"Columns: {columns}. Dates are {self.date_order}, decimals have {decimal}, cells are"
            f" parted by a {DELIMITERS.get(self.delimiter, self.delimiter)},"
            f" amounts are {self.sign}."
        )

    def dump(self) -> str:
        return json.dumps(asdict(replace(self, doubts=())), sort_keys=True)

    def _is_column(self, name: str) -> bool:
        return name.strip().casefold() in [one.strip().casefold() for one in self.names]

    def _place(self, name: str, role: str) -> int:
        folded = [one.strip().casefold() for one in self.names]
        if name.strip().casefold() in folded:
            return folded.index(name.strip().casefold())
        if 0 < (number := column_number(name)) <= max(len(self.names), 1):
            return number - 1
        raise BadStatement(
            f"mapping: {role} names the column {name[:40]!r}, but the file has"
            f" {', '.join(self.names)[:300]}"
        )


def load(text: str) -> Mapping:
    """What `dump` wrote."""
    given = json.loads(text)
    given["columns"] = _columns(given["columns"])
    given["before"] = tuple(map(_columns, given.get("before", ())))
    given["names"], given["doubts"] = tuple(given["names"]), ()
    given["no_notes"] = tuple(given.get("no_notes", ()))
    return Mapping(**given)


def column_number(name: str) -> int:
    """The number of a column (from 1) that a person wrote; 0 for what is none."""
    is_number = name.isascii() and name.isdigit() and len(name) <= DIGITS_MAX
    return int(name) if is_number else 0


def _columns(given: Dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {role: tuple(places) for role, places in given.items()}


def parse(text: str) -> dict[str, str]:
    """`date=Datum,amount=Betrag,date_order=DMY` as a person types it. Raises BadStatement."""
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        key, is_set, value = part.partition("=")
        if not is_set:
            raise BadStatement(f"mapping: {part[:40]!r} is not written as role=column")
        found[key.strip()] = value.strip()
    return found


def fingerprint(names: tuple[str, ...]) -> str:
    told = "\x1f".join(name.strip().casefold() for name in names)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _names(value: str) -> list[str]:
    return [name for name in value.split("+") if name.strip()]


def _checked(key: str, value: str) -> str:
    allowed: Dict[str, tuple[str, ...]] = {
        "date_order": ORDERS, "decimal": (".", "point", "comma"), "sign": SIGNS,
        "delimiter": (*DELIMITERS, *DELIMITERS.values()),
    }  # fmt: skip
    if key in allowed and value not in allowed[key]:
        raise BadStatement(
            f"mapping: {key} is one of {', '.join(allowed[key])}, not {value[:40]!r}"
        )
    if key == "decimal":
        return {"point": ".", "comma": ","}.get(value, value)
    by_name = {name: sign for sign, name in DELIMITERS.items()}
    return by_name.get(value, value) if key == "delimiter" else value
