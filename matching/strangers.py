"""Money that pays no open invoice: what was paid before, and what no customer sent."""

from __future__ import annotations

from matching.explanations import Desk, minor_of
from matching.named import Named
from matching.payers import INSIDE, ONE_WORD
from matching.vocabulary import AUTHORITY, ELSEWHERE, PAYOUT


def not_a_customer(desk: Desk, said: Named) -> str:
    """Why the money comes from no customer; empty where it may. Whoever has a customer's name, or
    names an invoice, is one."""
    cash = desk.case.cash
    known = any(doubt not in {ONE_WORD, INSIDE} for doubt in map(desk.doubts.get, desk.payers))
    if known or said.base or said.settled or said.foreign:
        return ""
    text = f"{cash.payer} {cash.text}".lower()
    if found := PAYOUT.search(text):
        return f'"{found.group()}" is a processor paying out; import its report instead'
    for words in (ELSEWHERE, AUTHORITY):
        if found := words.search(text):
            return f'"{found.group()}" is not what customers write'
    return ""


def paid_before(desk: Desk, said: Named) -> str:
    """Why the money may have come twice; empty where nothing says so."""
    if not said.settled:
        return ""
    total = sum(minor_of(item.total) for item in {i.invoice_id: i for i in said.settled}.values())
    numbers = ", ".join(item.number for item in said.settled[:4])
    if total == desk.target or (not said.base and not said.open_to):
        return f"{numbers} was paid already"
    if total + said.total == desk.target:
        return f"{numbers} was paid already, and is paid here again"
    return ""
