"""OFX and QFX statements of bank, card and investment accounts, versions 1.x and 2.x."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from providers.bank import amounts
from providers.bank.identity import is_reference
from providers.bank.ofx_tags import tags
from providers.bank.refusal import BadStatement
from providers.bank.text import joined, tidy
from providers.receipts import Entry, Statement

STATEMENTS = {"STMTRS": "bank", "CCSTMTRS": "card", "INVSTMTRS": "investment"}
ACCOUNT_PARTS = ("BANKID", "BROKERID", "BRANCHID", "ACCTID")
ACCOUNTS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
INNER = ACCOUNTS | {"BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "PAYEE"}
ENDS = frozenset({"/STMTTRN", "/BANKTRANLIST", "/INVTRANLIST", "LEDGERBAL"})
UNCHECKED = "OFX gives no opening balance"
DAY_LENGTH = 8


@dataclass(slots=True)
class Open:
    """A statement under way. `inside` is the aggregate that account parts belong to."""

    kind: str
    index: int
    account: dict[str, str] = field(default_factory=dict)
    transactions: list[dict[str, str]] = field(default_factory=list)
    now: dict[str, str] | None = None
    inside: str = ""
    about: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"statement {self.index}"


def read(text: str) -> list[Statement]:
    """Every statement in the file. Raises BadStatement."""
    found: list[Statement] = []
    statement: Open | None = None
    for name, value in tags(text):
        if name in STATEMENTS:
            if statement is not None:
                found.append(_closed(statement))
            statement = Open(STATEMENTS[name], len(found) + 1)
        elif statement is None:
            continue
        elif name.removeprefix("/") in STATEMENTS:
            found.append(_closed(statement))
            statement = None
        else:
            _take(statement, name, value)
    if statement is not None:
        raise BadStatement(f"{statement.where}: it does not end; ask the bank for the whole file")
    if not found:
        raise BadStatement("the OFX file holds no statement of a bank, card or investment account")
    return found


def _take(statement: Open, name: str, value: str) -> None:
    if name == "STMTTRN":
        statement.now = {}
        statement.transactions.append(statement.now)
    elif name in ENDS:
        statement.now = None
    elif name in INNER:
        statement.inside = name
    elif name.removeprefix("/") == statement.inside:
        statement.inside = ""
    elif statement.inside in ACCOUNTS and name in ACCOUNT_PARTS:
        statement.account[name] = value
    elif statement.now is not None:
        place = f"{statement.inside}.{name}" if statement.inside else name
        statement.now.setdefault(place, value)
    else:
        statement.about.setdefault(name, value)


def _closed(statement: Open) -> Statement:
    where = statement.where
    about = statement.about
    if not about.get("CURDEF"):
        raise BadStatement(f"{where}: no <CURDEF> names the currency of the account")
    currency = amounts.currency_of(about["CURDEF"], where)
    parts = [statement.account[part] for part in ACCOUNT_PARTS if statement.account.get(part)]
    if not statement.account.get("ACCTID"):
        raise BadStatement(f"{where}: no <ACCTID> names the account")
    entries = [
        _entry(given, currency, f"{where}, transaction {number}")
        for number, given in enumerate(statement.transactions, 1)
    ]
    return Statement(
        format=f"OFX ({statement.kind})", account="/".join(parts), currency=currency,
        entries=tuple(entries), unchecked=UNCHECKED,
        opened=_day(about["DTSTART"], where) if about.get("DTSTART") else None,
        closed=_day(about["DTEND"], where) if about.get("DTEND") else None,
    )  # fmt: skip


def _entry(given: dict[str, str], currency: str, where: str) -> Entry:
    if given.get("CORRECTACTION"):
        raise BadStatement(
            f"{where}: it corrects transaction {given.get('CORRECTFITID', '')[:40]!r}; a person"
            " must look, because what is already imported would count twice"
        )
    for name in ("DTPOSTED", "TRNAMT", "FITID"):
        if not given.get(name):
            raise BadStatement(f"{where}: no <{name}>; ask the bank for the file again")
    if given.get("CURRENCY.CURSYM"):
        currency = amounts.currency_of(given["CURRENCY.CURSYM"], where)
    fitid = given["FITID"]
    payer = given.get("NAME", "") or given.get("PAYEE.NAME", "")
    return Entry(
        day=_day(given["DTPOSTED"], where),
        amount=amounts.money(amounts.number(given["TRNAMT"], where), currency, where),
        payer=tidy(payer),
        payer_account=given.get("BANKACCTTO.ACCTID", "") or given.get("CCACCTTO.ACCTID", ""),
        reference=joined(
            given.get("MEMO", ""), given.get("CHECKNUM", ""), given.get("EXTDNAME", "")
        ),
        bank_reference=fitid,
        end_to_end_id=given.get("REFNUM", ""),
        is_listed_by_id=is_reference(fitid),
    )


def _day(text: str, where: str) -> date:
    """YYYYMMDD and perhaps a time and a zone; the day is the one that the bank wrote."""
    digits = text[:DAY_LENGTH]
    if len(digits) != DAY_LENGTH or not (digits.isascii() and digits.isdigit()):
        raise BadStatement(f"{where}: {text[:40]!r} is no date; it is written YYYYMMDD")
    return amounts.day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), where)
