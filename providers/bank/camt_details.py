"""The details of a CAMT entry: who paid, what for, and one booking split into its payments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from providers.bank.amounts import currency_of, money, number
from providers.bank.exchange import exchanged
from providers.bank.identity import is_reference
from providers.bank.text import joined
from providers.bank.xml import every, first, text
from providers.money import Money
from providers.receipts import Entry

PARTY_BY_SIGN = {True: "Dbtr", False: "Cdtr"}


def split(whole: Entry, entry: Element, where: str, *, is_notice: bool) -> Iterator[Entry]:
    """One entry for each payment in it where their amounts make up the whole, else the whole. A
    notification (`is_notice`) of one payment in a larger sum has both, where a reference of the
    bank says later which of its other payments belong to it."""
    details = _details(entry)
    lone = lone_part(whole, entry, where) if is_notice else None
    extra = text(first(entry, "AddtlNtryInf"))
    if len(details) > 1:
        amounts = [_amount(detail, whole, where) for detail in details]
        parts = [amount for amount in amounts if amount is not None]
        if len(parts) == len(details) and _adds_up(parts, whole.amount):
            for detail, amount in zip(details, parts, strict=True):
                part = _one(replace(whole, amount=amount), [detail], extra, is_part=True)
                yield exchanged(part, [detail], where)
            return
    if lone is not None and is_reference(whole.bank_reference):
        yield replace(whole, reference=extra)
        inside = _one(replace(whole, amount=lone, is_inside=True), details, extra, is_part=True)
        yield exchanged(inside, details, where)
        return
    one = _one(whole, details, extra, is_part=False)
    yield exchanged(one, [*details, entry] if len(details) <= 1 else [entry], where)


def lone_part(whole: Entry, entry: Element, where: str) -> Money | None:
    """What the only payment that is told of a credit comes to, where that is not all of it."""
    details = _details(entry)
    is_credit = whole.is_receipt and not any(first(it, "RtrInf") is not None for it in details)
    if len(details) != 1 or not is_credit:
        return None
    amount = _amount(details[0], whole, where)
    return amount if amount and 0 < amount.amount < whole.amount.amount else None


def _details(entry: Element) -> list[Element]:
    found = [one for group in every(entry, "NtryDtls") for one in every(group, "TxDtls")]
    return [*found, *every(entry, "TxDtls")]


def _adds_up(parts: Sequence[Money], whole: Money) -> bool:
    if {part.currency for part in parts} != {whole.currency}:
        return False
    return Money.total(parts, whole.currency) == whole


def _amount(detail: Element, whole: Entry, where: str) -> Money | None:
    """What this payment is of the account's currency; its sign is the entry's unless it says."""
    direct, of_account = first(detail, "Amt"), first(detail, "AmtDtls", "TxAmt", "Amt")
    for element in (direct, of_account):
        if element is None or element.get("Ccy") != whole.amount.currency:
            continue
        currency = currency_of(element.get("Ccy", ""), where)
        found = money(number(element.text or "", where), currency, where)
        sign = text(first(detail, "CdtDbtInd"))
        is_in = sign == "CRDT" if sign else whole.amount.amount > 0
        return found if is_in else -found
    return None


def _one(entry: Entry, details: Sequence[Element], extra: str, *, is_part: bool) -> Entry:
    names, accounts, told, ids, own = [], [], [], [], []
    for detail in details:
        name, account = _party(detail, is_in=entry.amount.amount >= 0)
        names.append(name)
        accounts.append(account)
        told.append(_remittance(detail))
        ids.append(_end_to_end(detail))
        own.append(text(first(detail, "Refs", "AcctSvcrRef")))
    reference = joined(*told)
    return replace(
        entry,
        payer=_same(names), payer_account=_same(accounts),
        reference=reference or extra,
        end_to_end_id=_same(ids),
        bank_reference=_reference(entry.bank_reference, _same(own), is_part=is_part),
        part_of=entry.bank_reference if is_part else "",
        is_return=entry.is_return or any(first(one, "RtrInf") is not None for one in details),
    )  # fmt: skip


def _reference(of_entry: str, of_detail: str, *, is_part: bool) -> str:
    """The bank's id of the line; the parts of one booking share its id and need their own."""
    if not is_part:
        return of_entry or of_detail
    return of_detail if of_detail != of_entry else ""


def _same(found: Sequence[str]) -> str:
    """What all of them say, or nothing."""
    said = {one for one in found if one}
    return said.pop() if len(said) == 1 else ""


def _party(detail: Element, *, is_in: bool) -> tuple[str, str]:
    """Name and account of the other side; versions 8 and later wrap the party in Pty or Agt. Who
    lets another pay is the payer, of whom money is owed."""
    role = PARTY_BY_SIGN[is_in]
    parties = first(detail, "RltdPties")
    name = ""
    for place in (f"Ultmt{role}", role) if is_in else (role, f"Ultmt{role}"):
        party = first(parties, place)
        for inner in (first(party, "Pty"), first(party, "Agt", "FinInstnId"), party):
            name = name or text(first(inner, "Nm"))
    account = first(parties, f"{role}Acct")
    number_ = text(first(account, "Id", "IBAN")) or text(first(account, "Id", "Othr", "Id"))
    name = name or text(first(account, "Nm"))
    return name, "".join(number_.split())


def _end_to_end(detail: Element) -> str:
    found = text(first(detail, "Refs", "EndToEndId"))
    return found if is_reference(found) else ""


def _remittance(detail: Element) -> str:
    """The advice in full: free text, creditor references, the documents named, what was added."""
    told: list[str] = []
    for advice in every(detail, "RmtInf"):
        told += [text(one) for one in every(advice, "Ustrd")]
        for structured in every(advice, "Strd"):
            told.append(text(first(structured, "CdtrRefInf", "Ref")))
            for document in every(structured, "RfrdDocInf"):
                told.append(text(first(document, "Nb")))
            told += [text(one) for one in every(structured, "AddtlRmtInf")]
    told.append(text(first(detail, "AddtlTxInf")))
    told.append(text(first(detail, "RtrInf", "AddtlInf")))
    told.append(text(first(detail, "Refs", "ChqNb")))
    return joined(*told)
