"""Guessing how a bank's CSV is to be read, from the names and the contents of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict

from providers.bank import cells, days, likely, table, unnamed
from providers.bank.amounts import currencies
from providers.bank.columns import (
    Columns,
    by_content,
    by_name,
    is_amount_elsewhere,
    of_sides,
)
from providers.bank.header_words import MOVED, OF_AMOUNTS, is_currency, role_of, stated_currency
from providers.bank.mapping import (
    COLUMN_OR_VALUE,
    ROLES,
    Doubt,
    Mapping,
    column_number,
    fingerprint,
)
from providers.bank.owners import of_owner
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.iban import is_iban

ACCOUNT_LABEL = re.compile(
    r"(?:account (?:number|no)|iban|kontonummer|konto|rekening|compte)[^:]{0,40}:\s{0,9}"
    r"([A-Z0-9 ]{5,40})",
    re.IGNORECASE,
)
Question = tuple[str, tuple[str, ...]]
CURRENCY_LABEL = re.compile(r"(?:^|:|\s)([A-Z]{3})\s*$")


def mapping(
    text: str, wishes: Dict[str, str] | None = None, known: Collection[str] = (), *,
    is_shown: bool = False, home: str = "",
) -> Mapping:  # fmt: skip
    """The mapping that fits best, with doubts where a person must decide. `wishes` are what a
    person says (`Mapping.changed`), `known` the fingerprints of files that were read before: both
    find the columns where the guess alone does not. Where `is_shown` to a person, a table of days
    whose other columns say nothing is guessed as far as possible. `home` is the company's
    currency: another one under a name that nobody knows is asked about. Raises BadStatement."""
    wishes = wishes or {}
    wished = Mapping(columns={}, delimiter="").changed(
        {key: value for key, value in wishes.items() if key == "delimiter"}
    )
    delimiter = wished.delimiter or table.separator(text)
    found = table.rows(text, delimiter)
    width = max((len(row.cells) for row in found), default=0)
    numbered = tuple(f"column {n + 1}" for n in range(width))
    place = _heading(found, wishes, known)
    if is_shown and place < 0 and fingerprint(numbered) not in known:
        place = likely.heading(found)
    body = found[place + 1 :]
    if place >= 0:
        header, names = found[place].line, found[place].cells
        columns = by_name(names, body)
    else:
        header, names = 0, ()
        is_told = is_shown or _is_told(wishes) or fingerprint(numbered) in known
        columns = _by_content(body, is_told=is_told)
    if is_shown:
        columns = likely.completed(columns, body)
    told = Mapping(columns=columns, names=names or numbered).changed(wishes)
    account, currency = _around(found[: max(place, 0)])
    columns, doubts = _settled(told, names, body, account, set(wishes), home=home)
    lines = lines_of(body, columns)
    (order, decimal, balance_decimal), *open_ = formats(lines, columns)
    doubts = (
        *open_,
        two_amounts(lines, columns),
        *((_rivals(names, role, columns), (role,)) for role in ("amount", "credit", "debit")),
        (_no_amount(columns), ("amount", "credit", "debit")),
        *doubts,
    )
    return Mapping(
        columns=columns, header=header, delimiter=delimiter, date_order=order, decimal=decimal,
        balance_decimal=balance_decimal, names=told.names, account=account, currency=currency,
        doubts=doubts_of(doubts),
    )  # fmt: skip


def formats(
    lines: Sequence[Row], columns: Columns
) -> tuple[tuple[str, str, str], Question, Question]:
    """The order of days and the decimal sign of these lines, and that of the balances where it is
    another; and what is open about either."""
    order, order_doubt = days.order_of([row.cell(columns["date"][0]) for row in lines])
    moved, balances = (
        [row.cell(place) for row in lines for role in roles for place in columns.get(role, ())]
        for roles in (OF_AMOUNTS - {"balance"}, ("balance",))
    )
    decimal, of_balance, decimal_doubt = cells.decimals_of(moved, balances)
    if order_doubt and decimal == "," and not decimal_doubt:
        order, order_doubt = "DMY", ""
    signs = order, decimal, of_balance if of_balance != decimal else ""
    return signs, (order_doubt, ("date_order",)), (decimal_doubt, ("decimal",))


def doubts_of(questions: Sequence[Question]) -> tuple[Doubt, ...]:
    return tuple(Doubt(question, keys) for question, keys in questions if question)


def lines_of(body: Sequence[Row], columns: Columns) -> list[Row]:
    """The rows with a day where these columns have it."""
    return [row for row in body if _is_line(row, columns)]


def _heading(found: Sequence[Row], wishes: Dict[str, str], known: Collection[str]) -> int:
    """The row that names the columns: as in a file that was read before, by all the names that a
    person gave, by its words, or above the first day in the column that a person gave by its
    number; -1 for none."""
    named = {
        name.strip().casefold()
        for role, value in wishes.items() if role in ROLES and role not in COLUMN_OR_VALUE
        for name in value.split("+") if name.strip() and not name.strip().isdecimal()
    }  # fmt: skip
    for place, row in enumerate(found[: table.SAMPLE]):
        told = {cell.strip().casefold() for cell in row.cells}
        if fingerprint(row.cells) in known or (named and named <= told):
            return place
    place = table.heading(found)
    return place if place >= 0 else _above_days(found, wishes.get("date", ""))


def _above_days(found: Sequence[Row], number: str) -> int:
    if not (place := column_number(number)):
        return -1
    held = [row.cell(place - 1) for row in found[: table.SAMPLE]]
    first = next((place for place, cell in enumerate(held) if days.looks_like_day(cell)), 0)
    return first - 1 if first and held[first - 1] else -1


def _by_content(body: Sequence[Row], *, is_told: bool) -> Columns:
    """None at all where they show nothing and somebody `is_told` what they are."""
    try:
        return by_content(body)
    except BadStatement:
        if is_told:
            return {}
        raise


def _is_told(wishes: Dict[str, str]) -> bool:
    return bool(wishes.get("date") and MOVED & {role for role in wishes if wishes[role]})


def _settled(
    told: Mapping, names: Sequence[str], body: Sequence[Row], account: str, given: set[str],
    *, home: str,
) -> tuple[Columns, tuple[Question, ...]]:  # fmt: skip
    """The columns with what their contents say, and questions; what is `given` is left alone."""
    columns = dict(told.columns)
    lines = lines_of(body, columns)
    columns = of_sides(columns, lines)
    if told.account:  # a number, which says of no column what it is
        given, account = given - {"account"}, told.account
    if not {"account", "payer_account"} & given:
        # Whose the accounts are tells how a balance runs, and which way money went whose they are.
        columns, _ = of_owner(columns, names, lines, own=account)
    columns, questions = of_contents(columns, names, lines, given=given, home=home, own=account)
    if "reference" not in given:
        columns = unnamed.with_texts(columns, names, lines)
    return columns, questions


def of_contents(
    columns: Columns, names: Sequence[str], lines: Sequence[Row], *, given: Collection[str] = (),
    home: str, own: str = "", is_asked: bool = False,
) -> tuple[Columns, tuple[Question, ...]]:  # fmt: skip
    """The columns with those that show by these lines which way money went, its currency and whose
    an account is, but for what is `given`; and questions. `own` is the file's account where it is
    known. Where every one `is_asked` about, none is taken by itself."""
    questions: list[Question] = []
    if not {"direction", "sign"} & set(given):
        columns, why = unnamed.directed(columns, names, lines, is_asked=is_asked)
        questions.append((why, ("direction",)))
    if "currency" not in given:
        columns, why = unnamed.in_currency(columns, names, lines, home, is_asked=is_asked)
        questions.append((why, ("currency",)))
    if not {"account", "payer_account"} & set(given):
        columns, why = of_owner(columns, names, lines, own=own, is_asked=is_asked)
        questions.append((why, ("account", "payer_account")))
    return columns, tuple(questions)


def two_amounts(lines: Sequence[Row], columns: Columns) -> Question:
    """An amount in two currencies, where it is not said which of them the currency is of."""
    answers = ("currency", "original_currency")
    if "original_amount" not in columns or "currency" not in columns:
        return "", answers
    place = columns["original_amount"][0]
    if not any(re.search(r"[1-9]", row.cell(place)) for row in lines):
        return "", answers
    return (
        "there are amounts in two currencies and one column of currencies: say whose it is with"
        " currency=... (of the amount) or original_currency=... (of the other)"
    ), answers


def _is_line(row: Row, columns: dict[str, tuple[int, ...]]) -> bool:
    return bool(columns.get("date")) and days.looks_like_day(row.cell(columns["date"][0]))


def _rivals(names: Sequence[str], role: str, columns: dict[str, tuple[int, ...]]) -> str:
    """Columns of one role in several currencies, of which only one can be the account's."""
    alone = is_amount_elsewhere(names)
    named = [it for it in names if role_of(it) == role and not (alone and is_currency(it))]
    if len(columns.get(role, ())) > 1:
        return ""
    if len({stated_currency(name) for name in named} - {""}) <= 1:
        return ""
    return f"{' and '.join(named)} are in different currencies: say with {role}=... which counts"


def _no_amount(columns: dict[str, tuple[int, ...]]) -> str:
    if {"amount", "credit", "debit"} & set(columns):
        return ""
    return "no column holds the amount: name it with amount=..., or credit=... and debit=..."


def _around(before: Sequence[Row]) -> tuple[str, str]:
    """Account and currency, where the lines before the table say them."""
    account = currency = ""
    for row in before:
        for cell in row.cells:
            named = ACCOUNT_LABEL.search(cell)
            account = account or (named[1].strip() if named else "")
            account = account or (_iban(cell) if is_iban(_iban(cell)) else "")
            code = CURRENCY_LABEL.search(cell.strip())
            if code and code[1] in currencies():
                currency = currency or code[1]
    return account, currency


def _iban(cell: str) -> str:
    return "".join(cell.split()).upper()
