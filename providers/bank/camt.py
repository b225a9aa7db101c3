"""CAMT.052, .053 and .054 of any version (ISO 20022), read by the local names of the elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from providers.bank import camt_details, xml
from providers.bank.amounts import currency_of, money, number
from providers.bank.identity import is_reference
from providers.bank.refusal import BadStatement
from providers.money import Money
from providers.receipts import Entry, Statement

KINDS = {"Stmt": "CAMT.053", "Rpt": "CAMT.052", "Ntfctn": "CAMT.054"}
NO_BALANCES = {
    "CAMT.052": "an intermediate report has no booked opening and closing balance",
    "CAMT.054": "a notification has no balances",
    "CAMT.053": "the file gives no booked opening and closing balance",
}
MONTH_FIRST = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*|Z|[+-]\d{2}:\d{2})?", re.ASCII)


def is_camt(text: str) -> bool:
    return "<" in text and "BkToCstmr" in text


def read(raw: bytes) -> list[Statement]:
    """Every statement, report and notification in the file. Raises BadStatement."""
    try:
        root = fromstring(raw.lstrip(), forbid_dtd=True)
    except DefusedXmlException:
        raise BadStatement(
            "the XML declares entities or a document type; a bank's CAMT file has neither"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise BadStatement(
            f"the XML is broken ({error}); ask the bank for the file again"
        ) from None
    found = [
        _statement(element, KINDS[name], index)
        for index, (element, name) in enumerate(_reports(root), 1)
    ]
    if not found:
        raise BadStatement("the CAMT file holds no statement, report or notification")
    return found


def _reports(root: Element) -> Iterator[tuple[Element, str]]:
    for element in root.iter():
        if xml.local(element).startswith("BkToCstmr"):
            for child in element:
                if (name := xml.local(child)) in KINDS:
                    yield child, name


def _statement(element: Element, kind: str, index: int) -> Statement:
    one = xml.first
    number_ = xml.text(one(element, "Id"))
    where = f"{kind} {number_ or index}"
    account = _account(element, where)
    created = _day(one(element, "CreDtTm"), where)
    balances = _balances(element, where)
    opening, closing = _ends(balances, kind)
    currency = _currency(element, [opening, closing], where)
    entries: list[Entry] = []
    told: list[str] = []
    for place, entry in enumerate(xml.every(element, "Ntry"), 1):
        at, is_notice = f"{where}, entry {place}", kind == "CAMT.054"
        whole = _whole(entry, created, at)
        entries.extend(camt_details.split(whole, entry, at, is_notice=is_notice))
        if is_notice:
            told += _told_of_part(whole, entry, at)
    is_whole = opening is not None and closing is not None
    return Statement(
        format=kind, account=account, currency=currency, number=number_,
        entries=tuple(entries), marks_returns=True, opening=opening[0] if opening else None,
        closing=closing[0] if closing else None, opened=opening[1] if opening else None,
        closed=(closing[1] if closing else None) or created,
        unchecked="" if is_whole else NO_BALANCES[kind],
        remarks=(*_remarks(entries), *told),
    )  # fmt: skip


def _account(element: Element, where: str) -> str:
    found = xml.first(element, "Acct", "Id")
    for path in (("IBAN",), ("BBAN",), ("UPIC",), ("PrtryAcct", "Id"), ("Othr", "Id")):
        account = xml.text(xml.first(found, *path))
        if account:
            return account
    raise BadStatement(f"{where}: it names no account")


Balance = tuple[Money, date | None]


def _balances(element: Element, where: str) -> list[tuple[str, Balance]]:
    found = []
    for balance in xml.every(element, "Bal"):
        type_ = xml.first(balance, "Tp")
        code = xml.text(
            xml.first(type_, "CdOrPrtry", "Cd")
            if xml.first(type_, "CdOrPrtry") is not None
            else xml.first(type_, "Cd")
        )
        if code not in {"OPBD", "PRCD", "CLBD", "ITBD"}:
            continue
        place = f"{where}, balance {code}"
        amount = _signed(balance, place)
        found.append((code, (amount, _day(xml.first(balance, "Dt"), place))))
    return found


def _ends(
    balances: Sequence[tuple[str, Balance]], kind: str
) -> tuple[Balance | None, Balance | None]:
    """The booked balances before the first and after the last movement.

    A statement of several pages has ITBD where one page ends and the next begins; two of them
    are the page's first and last. PRCD is the previous closing balance, which opens this one.
    """
    if kind != "CAMT.053":
        return None, None
    by_code = dict(reversed(balances))
    between = [balance for code, balance in balances if code == "ITBD"]
    opening = by_code.get("OPBD") or by_code.get("PRCD")
    closing = by_code.get("CLBD")
    if opening is None and between and (closing is not None or len(between) > 1):
        opening = between[0]
    if closing is None and between and between[-1] is not opening:
        closing = between[-1]
    return opening, closing


def _currency(element: Element, balances: Sequence[Balance | None], where: str) -> str:
    named = xml.text(xml.first(element, "Acct", "Ccy"))
    if named:
        return currency_of(named, where)
    for balance in balances:
        if balance is not None:
            return balance[0].currency
    for entry in xml.every(element, "Ntry"):
        amount = xml.first(entry, "Amt")
        return currency_of(amount.get("Ccy", "") if amount is not None else "", where)
    amount = xml.first(element, "Bal", "Amt")
    return currency_of(amount.get("Ccy", ""), where) if amount is not None else ""


def _told_of_part(whole: Entry, entry: Element, where: str) -> list[str]:
    part = camt_details.lone_part(whole, entry, where)
    if part is None or is_reference(whole.bank_reference):
        return []
    why = (
        f"{where}: only {part} of {whole.amount} has details, and no reference of the bank says"
        " what else belongs to it: the whole counts, with the text of that one payment; look at it"
    )
    return [why]


def _whole(entry: Element, created: date | None, where: str) -> Entry:
    status = xml.first(entry, "Sts")
    state = xml.text(xml.first(status, "Cd")) or xml.text(status)
    day = (
        _day(xml.first(entry, "BookgDt"), where)
        or _day(xml.first(entry, "ValDt"), where)
        or created
    )
    if day is None:
        raise BadStatement(f"{where}: neither a booking date nor a value date")
    reversal = xml.text(xml.first(entry, "RvslInd")).lower()
    return Entry(
        day=day,
        amount=_signed(entry, where),
        bank_reference=xml.text(xml.first(entry, "AcctSvcrRef")),
        is_booked=state in {"BOOK", ""},
        is_return=reversal in {"true", "1"},
    )


def _signed(element: Element, where: str) -> Money:
    amount = xml.first(element, "Amt")
    if amount is None:
        raise BadStatement(f"{where}: no amount")
    currency = currency_of(amount.get("Ccy", ""), where)
    found = money(number(amount.text or "", where), currency, where)
    sign = xml.text(xml.first(element, "CdtDbtInd"))
    if sign not in {"CRDT", "DBIT"}:
        raise BadStatement(f"{where}: {sign[:40]!r} is neither CRDT nor DBIT")
    return found if sign == "CRDT" else -found


def _day(element: Element | None, where: str) -> date | None:
    """A date or the date of a moment, as the bank wrote it in its own zone."""
    if element is None:
        return None
    for name in ("Dt", "DtTm"):
        inner = xml.first(element, name)
        if inner is not None:
            element = inner
            break
    written = xml.text(element)
    parts = MONTH_FIRST.fullmatch(written)
    try:
        return date.fromisoformat(parts[1] if parts else written)
    except ValueError:
        raise BadStatement(f"{where}: {written[:40]!r} is no date; it is 2026-01-31") from None


def _remarks(entries: Sequence[Entry]) -> tuple[str, ...]:
    pending = sum(not entry.is_booked for entry in entries)
    lines = "1 line is" if pending == 1 else f"{pending} lines are"
    return (f"{lines} announced and not booked yet: not imported",) if pending else ()
