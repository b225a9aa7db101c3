"""From a payment to its case: everything in the book that may explain it, and no more."""

from __future__ import annotations

from itertools import chain

from matching.items import Case, Cash, Numbering, OpenItem, Payer
from matching.mentions import Fit, find, index_of, keys_in
from matching.policy import MatchPolicy
from matching.reading import Reading, read
from matching.rules import Family
from matching.shelf import CUSTOMERS_MAX, Catalogue

NUMBERED_MAX = 400
OWNED_MAX = 400
PRICED_MAX = 40


def gather(cash: Cash, catalogue: Catalogue, policy: MatchPolicy) -> Case:
    """Look up what the text names, what the payer owes and what has the amount."""
    found: dict[str, OpenItem] = {}
    readings = [read(cash.text), read(cash.text, seen=True)]
    keys = keys_in(readings[0]) | keys_in(readings[1])
    numbered = list(catalogue.numbered(sorted(keys), limit=NUMBERED_MAX))
    payers = _payers(cash, catalogue, policy)
    owners = [payer.customer_id for payer in payers]
    owners += _owners_named(numbered, readings, catalogue.numbering, besides=set(owners))
    owned = [catalogue.owned(id_, limit=OWNED_MAX) for id_ in owners[:CUSTOMERS_MAX]]
    priced = catalogue.priced(cash.amount, limit=PRICED_MAX)
    for item in (*chain.from_iterable(owned), *numbered, *priced):
        found[item.invoice_id] = item
    unseen = _unseen(
        names=len(payers) > CUSTOMERS_MAX,
        invoices=any(len(own) > OWNED_MAX for own in owned),
        amounts=len(priced) > PRICED_MAX,
    )
    return Case(
        cash, tuple(sorted(found.values(), key=lambda item: item.age)),
        tuple(payers[:CUSTOMERS_MAX]), catalogue.numbering, catalogue.experience, unseen,
    )  # fmt: skip


def _unseen(*, names: bool, invoices: bool, amounts: bool) -> tuple[Family, ...]:
    """The families of rules that need what exceeds the bounds: there may be another like it."""
    families: set[Family] = set()
    if names:
        families |= {Family.AMOUNT, Family.SUM, Family.CREDIT}
    if invoices:
        families |= {Family.SUM, Family.CREDIT, Family.CUT_OFF}
    if invoices and amounts:
        families.add(Family.AMOUNT)
    return tuple(sorted(families))


def _payers(cash: Cash, catalogue: Catalogue, policy: MatchPolicy) -> list[Payer]:
    if cash.customer_id:
        return [Payer(cash.customer_id, "the money came in under this customer")]
    if cash.account and (known := catalogue.paying_from(cash.account)):
        return list(known)
    if not cash.payer.strip():
        return []
    return list(catalogue.called(cash.payer, points_min=policy.name_points_min))


def _owners_named(
    numbered: list[OpenItem], readings: list[Reading], numbering: Numbering, *, besides: set[str]
) -> list[str]:
    """Whose invoices the text names well, in the order of the text."""
    index = index_of(numbered, numbering)
    owners: dict[str, None] = {}
    for reading in readings:
        for mention in find(reading, index, numbering).mentions:
            if mention.fit >= Fit.DIGITS and len(mention.options) == 1:
                owners[mention.options[0].customer_id] = None
    return [owner for owner in owners if owner not in besides]
