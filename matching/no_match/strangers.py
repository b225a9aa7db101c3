"""Money that pays no open invoice: what was paid before, and what no customer sent."""

from __future__ import annotations

from collections.abc import Sequence

from matching.book.payers import ONE_WORD
from matching.facts.rules import BY_NUMBER
from matching.facts.vocabulary import AUTHORITY, ELSEWHERE, NO_PAYMENT, OF_WHOM, PAYOUT
from matching.no_match.guesses import is_difference
from matching.payer_names.neighbours import INSIDE, RECEIVING
from matching.references.explanations import Desk, Explanation, minor_of
from matching.references.named import Named

NOBODYS = frozenset({ONE_WORD, INSIDE, RECEIVING})
"""Doubts with which a name in a text does not make the money a customer's."""


def not_a_customer(desk: Desk, said: Named, ranked: Sequence[Explanation]) -> str:
    """Why the money comes from no customer; empty where it may. Whoever has a customer's name, or
    names an invoice, is one; so is the one whose name may go on, as in OAK DENTAL AP BATCH 1187.
    A name of one word, or one before which more of it may stand, counts where the money is exactly
    what that customer owes on some invoices: what customers write may look like this."""
    cash = desk.case.cash
    exact = frozenset().union(*(one.customers for one in ranked if not is_difference(one)))
    known = any(one.doubt not in NOBODYS or one.customer_id in exact for one in desk.case.payers)
    if known or said.base or said.settled or said.foreign:
        return ""
    text = f"{cash.payer} {cash.text}".lower()
    if found := PAYOUT.search(text):
        return f'"{found.group()}" is a processor paying out; import its report instead'
    for words, where in ((ELSEWHERE, text), (AUTHORITY, text), (NO_PAYMENT, cash.text.lower())):
        if found := words.search(where):
            return f'"{found.group()}" is not what customers write'
    return ""


def not_invoiced(desk: Desk, said: Named, best: Explanation | None) -> str:
    """Why digits that are like an invoice's number may be another's: the text says that the money
    is borrowed, own or given back, nobody is known to pay it, and no word or letters of an invoice
    stand before them."""
    if best is None or best.rule not in BY_NUMBER or any(not one.bare for one, _ in said.base):
        return ""
    if any(one.doubt not in NOBODYS for one in desk.case.payers):
        return ""
    for words in (NO_PAYMENT, AUTHORITY, PAYOUT):
        found = words.search(desk.case.cash.text.lower())
        if found and found.group() not in OF_WHOM:
            return (
                f'"{found.group()}" is not what customers write, and no word for an invoice stands'
                " before the number"
            )
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
