"""Whose account a column of a CSV holds: the file's own, or those of the payers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from enum import Enum

from providers.bank import cells, running, signs
from providers.bank.columns import Columns
from providers.bank.header_words import folded, is_in, role_of
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.iban import is_iban

ANYBODYS = frozenset({"bank account"})
"""A name under which the payers' accounts stand more often than our own."""
OURS = frozenset({"auftragskonto", "iban auftragskonto", "own account"})
TYPES = frozenset({
    "account type", "kontoart", "kontotyp", "rekeningsoort", "rekeningtype", "tipo de cuenta",
    "type de compte",
})  # fmt: skip
"""Banks tell of this for our own accounts alone."""
TWO = 2


class Whose(Enum):
    OURS = "ours"
    PAYERS = "the payers'"
    OPEN = "open"


def of_owner(
    columns: Columns, names: Sequence[str], lines: Sequence[Row], *, own: str = "",
    is_asked: bool = False,
) -> tuple[Columns, str]:  # fmt: skip
    """With a column of accounts, of which the name does not say whose they are, as what the
    contents, the other names and the file's `own` account, as far as it is known, show; where they
    leave it open as the payers', with a question. Where it `is_asked`, none that is taken as the
    payers' becomes our own without one."""
    place = _unsaid(columns, names)
    if place < 0 or not any(row.cell(place) for row in lines):
        return columns, ""
    is_anybodys = folded(names[place]) in ANYBODYS
    found = _whose(columns, place, lines, own, is_anybodys=is_anybodys)
    if found is Whose.OPEN and is_anybodys and len(_told(place, lines)) > 1:
        found = Whose.PAYERS
    is_open = found is Whose.OPEN or (
        found is Whose.OURS and is_asked and "payer_account" in columns
    )
    role = "account" if found is Whose.OURS and not is_open else "payer_account"
    rest = {key: held for key, held in columns.items() if key not in {"account", "payer_account"}}
    return rest | {role: (place,)}, _question(names[place], place, lines) if is_open else ""


def _unsaid(columns: Columns, names: Sequence[str]) -> int:
    """The place of the only column of accounts, where neither its name nor another says whose they
    are; -1 for none."""
    held = [place for role in ("account", "payer_account") for place in columns.get(role, ())]
    if len(held) != 1 or held[0] >= len(names):
        return -1
    name = folded(names[held[0]])
    is_unsaid = name in ANYBODYS or (role_of(name) == "account" and name not in OURS)
    return held[0] if is_unsaid and not TYPES & set(map(folded, names)) else -1


def _question(named: str, place: int, lines: Sequence[Row]) -> str:
    is_one = len(_told(place, lines)) == 1
    what = "is one account on every line" if is_one else "may be our own accounts or the payers'"
    return f"{named} {what}: say whose with account={named} (our own) or payer_account={named}"


def _whose(
    columns: Columns, place: int, lines: Sequence[Row], own: str, *, is_anybodys: bool
) -> Whose:
    """Accounts that differ from the file's own, or that some lines lack, are the payers'. One on
    every line is our own, but where only money came in under a name that `is_anybodys`, or from one
    payer who is named beside it; of several, a running balance or the payers' names tell."""
    told, mine = _told(place, lines), _bare(own)
    is_full = all(row.cell(place) for row in lines)
    same = {one for one in told if mine and (mine in one or one in mine)}
    if same == told:
        return Whose.OURS
    varies = len(told) > 1 or not is_full or all(map(is_iban, (mine, *told)))
    if not is_full or (mine and not same and varies):
        return Whose.PAYERS
    if len(told) == 1:
        is_ours = signs.is_both_ways(columns, lines) or len(_payers(columns, lines)) > 1
        is_doubtful = is_anybodys or _is_beside_one_payer(columns, place, lines)
        return Whose.OURS if is_ours or not is_doubtful else Whose.OPEN
    return _by_balance(columns, place, lines) or _by_names(columns, place, lines)


def _is_beside_one_payer(columns: Columns, place: int, lines: Sequence[Row]) -> bool:
    """Whether each of several lines names the same payer right beside the account, where banks
    write the payers' accounts: our own stands apart."""
    is_beside = any(abs(place - other) == 1 for other in columns.get("payer", ()))
    each = [_payers(columns, [row]) for row in lines]
    return len(lines) >= TWO and is_beside and all(each) and len(set().union(*each)) == 1


def _by_balance(columns: Columns, place: int, lines: Sequence[Row]) -> Whose | None:
    """One balance that runs through all lines is of one account; one that runs for each of several,
    and not through all, is of that many of ours."""
    rows = [row for row in lines if _cell(columns, "balance", row)]
    accounts = _by_account(place, rows)
    if len(rows) < TWO:
        return None
    if _runs(columns, rows):
        return Whose.PAYERS
    is_proof = len(rows) == len(lines) and len(rows) > len(accounts)
    return Whose.OURS if is_proof and all(_runs(columns, it) for it in accounts.values()) else None


def _by_names(columns: Columns, place: int, lines: Sequence[Row]) -> Whose:
    """Whether each account goes with one payer, and another with another; else, whether each moved
    money in and out, as payers' hardly all do."""
    accounts = _by_account(place, lines).values()
    each = [_payers(columns, rows) for rows in accounts]
    if all(len(one) == 1 for one in each) and len(set().union(*each)) > 1:
        return Whose.PAYERS
    is_ours = all(signs.is_both_ways(columns, rows) for rows in accounts)
    return Whose.OURS if is_ours else Whose.OPEN


def _runs(columns: Columns, rows: Sequence[Row]) -> bool:
    moved = [_cell(columns, role, row) for row in rows for role in ("amount", "credit", "debit")]
    told = [_cell(columns, "balance", row) for row in rows]
    decimal, of_balance, doubt = cells.decimals_of(moved, told)
    try:
        balances = [cells.amount(cell, of_balance, "") for cell in told]
        parts = [_moved(columns, row, decimal) for row in rows]
    except BadStatement:
        return False
    return not doubt and running.proved(balances, parts) is not None


def _moved(columns: Columns, row: Row, decimal: str) -> Decimal:
    amount, credit, debit = (
        cells.amount(_cell(columns, role, row) or "0", decimal, "")
        for role in ("amount", "credit", "debit")
    )
    if "amount" not in columns:
        return abs(credit) - abs(debit)
    way = is_in(_cell(columns, "direction", row), is_unsigned=True)
    return amount if way is None else abs(amount) if way else -abs(amount)


def _by_account(place: int, lines: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in lines:
        found[_bare(row.cell(place))].append(row)
    return found


def _payers(columns: Columns, lines: Sequence[Row]) -> Collection[tuple[str, ...]]:
    """The names of payers on these lines, as far as a column is said to hold them."""
    places = columns.get("payer", ())
    named = {tuple(folded(row.cell(place)) for place in places) for row in lines}
    return {one for one in named if any(one)}


def _told(place: int, lines: Sequence[Row]) -> set[str]:
    return set(filter(None, (_bare(row.cell(place)) for row in lines)))


def _cell(columns: Columns, role: str, row: Row) -> str:
    return next(filter(None, (row.cell(place) for place in columns.get(role, ()))), "")


def _bare(account: str) -> str:
    return "".join(account.split()).upper()
