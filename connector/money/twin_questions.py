"""Which money that waits for a person is decided on again, because another record that it may be is
new, another or gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from connector.db import Tx
from connector.decided import decisions
from connector.local_days import moved
from connector.mirroring import mirror
from connector.money import cash, ledger_money
from connector.money.cash import BANK, Item, Standing
from matching.payer_names.names import likeness
from providers.bank.identity import is_reference, plain
from providers.ledger import Payment

ALIKE = timedelta(days=60)
"""How far the days of two records of one money lie apart at most."""
WINDOW = timedelta(days=6)
"""How far the days of the two may lie apart where both are placed: weekends, holidays and the way
of a cheque, and less than a week, so that a customer that pays the same sum every week is not held
back."""
REFERENCE_CHARACTERS_MIN = 6
LIKENESS_MIN = 75.0
"""How like a customer's name a payer's is, from 0 to 100, to be looked at again."""


def references(item: Item) -> list[str]:
    """What names the money at its bank, or at the payer's, in small letters and without signs."""
    ids = [plain(it) for it in (item.end_to_end_id, item.bank_reference) if is_reference(it)]
    return [it for it in ids if len(it) >= REFERENCE_CHARACTERS_MIN]


def again(
    tx: Tx, connection_id: int, about: Sequence[Payment | Item], *, but: Collection[str] = ()
) -> None:
    """Decide again about what waits, of these sums and about these days, where it may have to do
    with who paid: as a person was told, as a name says or as a reference does."""
    if not about:
        return
    days = [it.received for it in about]
    waiting = [
        it
        for it in cash.of_totals(
            tx, connection_id, {it.total for it in about}, since=moved(min(days), -ALIKE),
            until=moved(max(days), ALIKE), states=[Standing.REVIEW], locked=False,
        )
        if it.left == it.total and it.subject not in but
    ]  # fmt: skip
    if not waiting:
        return
    payments = [it for it in about if isinstance(it, Payment)]
    whose = ledger_money.owners(tx, connection_id, payments)
    customers = {it.customer_id for it in about}.union(*whose.values()) - {""}
    told = " ".join(plain(f"{it.reference} {it.memo}") for it in payments)
    known = decisions.about_customers(
        tx, connection_id, {it.decision_id for it in waiting if it.decision_id}, customers
    )
    names = list(mirror.names(tx, connection_id, customers).values())
    cash.again(tx, connection_id, [
        it
        for it in waiting
        if it.customer_id in customers
        or (it.kind == BANK and (
            it.decision_id is None or it.decision_id in known or _is_told(it, told)
            or is_named(it, names)
        ))
    ])  # fmt: skip


def _is_told(item: Item, told: str) -> bool:
    return any(it in told for it in references(item))


def is_named(item: Item, names: Sequence[str]) -> bool:
    """Whether a line may come from a customer that was not known when it was decided on."""
    text = plain(item.text)
    return any(
        likeness(item.payer, name) >= LIKENESS_MIN or (not item.payer and plain(name) in text)
        for name in names
    )
