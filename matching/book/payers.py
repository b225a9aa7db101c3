"""Who may have paid: by what is known of the money, by the payer's name, and by the names in the
text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from matching.book.shelf import CUSTOMERS_MAX, Catalogue
from matching.facts.items import Cash, Payer
from matching.facts.vocabulary import NOBODY
from matching.payer_names.names import NAME_CHARACTERS_MAX, InText, full_words

RELATIVES_MAX = 400
WHOLE = 100.0
ONE_WORD = "one word of the text is the customer's name, and it may mean something else"
BESIDE = "the text names another customer than the payer"
SEVERAL = "the text names several customers"
UNKNOWN = "the payer is not the customer that the text names"


def payers_of(cash: Cash, catalogue: Catalogue, *, points_min: float) -> list[Payer]:
    """The customers that the money may come from.

    Names in the text tell who paid where the payer has none; where they name another customer than
    the payer, both may be meant, and neither is paid for by an amount alone.
    """
    if cash.customer_id:
        return [Payer(cash.customer_id, "the money came in under this customer")]
    named = _besides(catalogue.named_in(cash.text), cash.payer)
    if cash.account and (known := list(catalogue.paying_from(cash.account))):
        return _with_rivals(known, [*catalogue.named_in(cash.payer), *named], catalogue)
    if cash.payer.strip() and (known := list(catalogue.called(cash.payer, points_min=points_min))):
        return _with_rivals(known, named, catalogue)
    nameless = NOBODY.fullmatch(cash.payer[:NAME_CHARACTERS_MAX].lower())
    return _of_text(named, catalogue, "" if nameless else UNKNOWN)


def _with_rivals(known: list[Payer], named: Sequence[InText], catalogue: Catalogue) -> list[Payer]:
    """With the customers that are named beside them and do not belong together with them."""
    telling = [one for one in named if one.is_telling]
    mine = _family(known, catalogue) if telling else set()
    rivals: dict[str, Payer] = {}
    for one in telling:
        found = {payer.customer_id: payer for payer in _of_text([one], catalogue, BESIDE)}
        if mine.isdisjoint(found):
            rivals |= found
    doubted = [replace(payer, doubt=BESIDE) for payer in known]
    return [*doubted, *rivals.values()] if rivals else known


def _family(known: Sequence[Payer], catalogue: Catalogue) -> set[str]:
    """The customers, and who belongs together with them."""
    mine = {payer.customer_id for payer in known}
    for payer in known[:CUSTOMERS_MAX]:
        related = catalogue.related(payer.customer_id, limit=RELATIVES_MAX)
        mine |= {one.customer_id for one in related}
    return mine


def _besides(named: Iterable[InText], payer: str) -> list[InText]:
    """The names that are not a part of the payer's own."""
    own = set(full_words(payer))
    return [one for one in named if not own.issuperset(full_words(one.name))]


def _of_text(named: Sequence[InText], catalogue: Catalogue, doubt: str) -> list[Payer]:
    """Whose names these are; one word alone counts only where no name tells more."""
    found: dict[str, Payer] = {}
    for one in [name for name in named if name.is_telling] or named:
        why = doubt or (one.doubt if one.is_telling else ONE_WORD)
        said = f'the text names the customer: "{one.name}"'
        owners = [
            replace(payer, evidence=said, doubt=why)
            for payer in catalogue.called(one.name, points_min=WHOLE)
        ]
        if found and found.keys().isdisjoint(payer.customer_id for payer in owners):
            doubt = doubt or SEVERAL
        found = {payer.customer_id: payer for payer in owners} | found
    return [replace(payer, doubt=doubt or payer.doubt) for payer in found.values()]
