"""What PayPal's reports and PayPal's API have in common: event codes, and payouts from sweeps.

PayPal does not say what a withdrawal consists of. It takes the balance as it stands; so a payout
is made of all that moved the balance since the withdrawal before, and of what was carried over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from providers.money import Money
from providers.receipts import PartKind, Payout, PayoutPart

NAME = "paypal"
WITHDRAWALS = ("T04",)

# https://developer.paypal.com/docs/transaction-search/transaction-event-codes/
GROUPS = {
    "T01": PartKind.FEE, "T02": PartKind.ADJUSTMENT, "T15": PartKind.RESERVE,
    "T16": PartKind.RESERVE, "T21": PartKind.RESERVE,
}  # fmt: skip
CODES = {
    "T1106": PartKind.DISPUTE, "T1107": PartKind.REFUND, "T1108": PartKind.FEE,
    "T1110": PartKind.RESERVE, "T1111": PartKind.RESERVE, "T1105": PartKind.RESERVE,
    "T1114": PartKind.REFUND, "T1115": PartKind.REFUND, "T1201": PartKind.DISPUTE,
    "T1202": PartKind.DISPUTE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of the balance in one currency; `balance` after it, where PayPal tells."""

    at: datetime
    part: PayoutPart
    withdraws: bool
    balance: Money | None = None


def is_withdrawal(code: str) -> bool:
    return code.startswith(WITHDRAWALS)


def kind_of(code: str, gross: Money) -> PartKind:
    """By the event code; a payment that we made ourselves is an adjustment."""
    if code in CODES:
        return CODES[code]
    if code.startswith("T00"):
        return PartKind.CHARGE if gross.amount > 0 else PartKind.ADJUSTMENT
    return GROUPS.get(code[:3], PartKind.ADJUSTMENT)


def payouts(
    movements: Iterable[Movement], opening: Sequence[Money] = (), *, whole: bool = True
) -> Iterator[Payout]:
    """The payouts in these movements, given in the order of time; raises Unbalanced.

    `opening` are balances before the first, where known. Unless the movements are `whole` from
    the first on, the payout before which none is known to have been is left out.
    """
    by_currency: dict[str, list[Movement]] = {}
    for movement in movements:
        by_currency.setdefault(movement.part.net.currency, []).append(movement)
    known = {balance.currency: balance for balance in opening}
    for currency, own in by_currency.items():
        yield from _swept(own, known.get(currency), whole=whole)


def _swept(own: list[Movement], opening: Money | None, *, whole: bool) -> Iterator[Payout]:
    before = opening
    if before is None and own[0].balance is not None:
        before = own[0].balance - own[0].part.net
    first, parts = True, list[PayoutPart]()
    running = before
    for movement in own:
        running = running + movement.part.net if running is not None else None
        if not movement.withdraws or movement.part.net.amount >= 0:
            parts.append(movement.part)
            continue
        if whole or not first or before is not None:
            after = movement.balance if movement.balance is not None else running
            yield _payout(movement, parts, before=before, after=after)
        before = movement.balance if movement.balance is not None else running
        first, parts = False, []


def _payout(
    withdrawal: Movement, parts: list[PayoutPart], *, before: Money | None, after: Money | None
) -> Payout:
    part = withdrawal.part
    carried = []
    if before:
        carried.append(_carried(part, before, "opening", "balance carried over"))
    if after:
        carried.append(_carried(part, -after, "closing", "balance left with PayPal"))
    # A withdrawal may cost a fee of its own, on top of what reaches the bank.
    if part.fee:
        zero = Money.zero(part.fee.currency)
        carried.append(replace(part, id=f"{part.id}-fee", kind=PartKind.FEE, gross=zero,
                               net=-part.fee, description="fee of the withdrawal"))  # fmt: skip
    return Payout(NAME, part.id, part.day, -part.gross, (*parts, *carried))


def _carried(part: PayoutPart, amount: Money, name: str, why: str) -> PayoutPart:
    zero = Money.zero(amount.currency)
    return PayoutPart(f"{part.id}-{name}", PartKind.RESERVE, part.day, amount, zero, amount, why)
