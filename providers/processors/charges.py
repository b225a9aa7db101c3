"""The charges of a payout as receipts: what customers paid, as money to be matched."""

from __future__ import annotations

from collections import defaultdict

from providers.money import Money
from providers.receipts import PartKind, Payout, PayoutPart, Receipt

TAKEN_BACK = frozenset((PartKind.REFUND, PartKind.DISPUTE))


def receipts(payout: Payout) -> list[Receipt]:
    """One receipt for each charge, gross, less what the same payout gave back of it.

    The amount is in the currency that the customer paid in. Nothing is left of a charge that was
    wholly given back, and of it no receipt is made.
    """
    back = _taken_back(payout)
    found = []
    for part in payout.charges:
        left = Money.total(
            (b for b in back[part.id] if b.currency == part.charged.currency), part.charged.currency
        ) + part.charged  # fmt: skip
        if left.amount > 0:
            found.append(_receipt(payout, part, left))
    return found


def reversals(payout: Payout) -> tuple[PayoutPart, ...]:
    """What was taken back of charges that came in an earlier payout."""
    own = {part.id for part in payout.charges}
    return tuple(p for p in payout.parts if p.kind in TAKEN_BACK and p.about not in own)


def _taken_back(payout: Payout) -> dict[str, list[Money]]:
    back: defaultdict[str, list[Money]] = defaultdict(list)
    for part in payout.parts:
        if part.kind in TAKEN_BACK and part.about:
            back[part.about].append(part.charged)
    return back


def _receipt(payout: Payout, part: PayoutPart, amount: Money) -> Receipt:
    words = (part.invoice_number, part.description)
    return Receipt(
        account=payout.processor, bank_id=part.id, received=part.day, amount=amount,
        payer=part.payer_name or part.payer_email,
        reference=" ".join(dict.fromkeys(word for word in words if word)),
    )  # fmt: skip
