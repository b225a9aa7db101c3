"""From a payment to its case: everything in the book that may explain it, and no more."""

from __future__ import annotations

from itertools import chain

from matching.book.payers import payers_of
from matching.book.shelf import CUSTOMERS_MAX, Catalogue
from matching.facts.items import Case, Cash, Numbering, OpenItem, Payer, Relative
from matching.facts.policy import MatchPolicy
from matching.facts.rules import Family
from matching.reading_texts.reading import Reading, read
from matching.references.mentions import Fit, find, index_of, keys_in

NUMBERED_MAX = 400
OWNED_MAX = 400
PRICED_MAX = 40
RELATIVES_MAX, RELATIVES_LOOKED_INTO_MAX = 400, 12
"""Those who belong together with a payer, and of how many of them all invoices are looked at."""


def gather(cash: Cash, catalogue: Catalogue, policy: MatchPolicy) -> Case:
    """Look up what the text names, what the payer owes and what has the amount."""
    found: dict[str, OpenItem] = {}
    readings = [read(cash.text), read(cash.text, seen=True)]
    keys = keys_in(readings[0]) | keys_in(readings[1])
    numbered = list(catalogue.numbered(sorted(keys), limit=NUMBERED_MAX))
    payers = payers_of(cash, catalogue, points_min=policy.name_points_min)
    owners = [payer.customer_id for payer in payers]
    owners += _owners_named(numbered, readings, catalogue.numbering, besides=set(owners))
    relatives = _relatives(payers[:CUSTOMERS_MAX], catalogue)
    owners = owners[:CUSTOMERS_MAX] + [
        it.customer_id
        for it in relatives[:RELATIVES_LOOKED_INTO_MAX]
        if it.customer_id not in owners[:CUSTOMERS_MAX]
    ]
    owned = [catalogue.owned(id_, limit=OWNED_MAX) for id_ in owners]
    priced = catalogue.priced(cash.amount, limit=PRICED_MAX)
    for item in (*chain.from_iterable(owned), *numbered, *priced):
        found[item.invoice_id] = item
    unseen = _unseen(
        names=len(payers) > CUSTOMERS_MAX,
        invoices=any(len(own) > OWNED_MAX for own in owned),
        amounts=len(priced) > PRICED_MAX,
        relatives=len(relatives),
    )
    of_items = {item.customer_id for item in found.values()}
    return Case(
        cash, tuple(sorted(found.values(), key=lambda item: item.age)),
        tuple(payers[:CUSTOMERS_MAX]), catalogue.numbering, catalogue.experience, unseen,
        relatives=tuple(it for it in relatives if it.customer_id in of_items),
    )  # fmt: skip


def _unseen(*, names: bool, invoices: bool, amounts: bool, relatives: int) -> tuple[Family, ...]:
    """The families of rules that need what exceeds the bounds: there may be another like it."""
    families: set[Family] = set()
    if names:
        families |= {Family.AMOUNT, Family.SUM, Family.CREDIT}
    if invoices:
        families |= {Family.SUM, Family.CREDIT, Family.CUT_OFF}
    if invoices and amounts:
        families.add(Family.AMOUNT)
    if relatives and (names or invoices or relatives > RELATIVES_LOOKED_INTO_MAX):
        families.add(Family.RELATED)
    return tuple(sorted(families))


def _relatives(payers: list[Payer], catalogue: Catalogue) -> list[Relative]:
    """Who belongs together with the payers, besides themselves."""
    found: dict[str, Relative] = {}
    for payer in payers:
        for one in catalogue.related(payer.customer_id, limit=RELATIVES_MAX):
            found.setdefault(one.customer_id, one)
    for payer in payers:
        found.pop(payer.customer_id, None)
    return list(found.values())


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
