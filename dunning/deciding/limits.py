"""The largest amount that is asked for without a person, held across currencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from providers.money import Money
from providers.rates import Rate, in_currency


def above(total: Money, limits: Mapping[str, Decimal], rates: Sequence[Rate]) -> str:
    """Why a person is asked about so much; empty where nobody needs to be.

    The limit in the money's own currency counts; where none is set, each of those in others, at
    the first rate that leads there. Where no rate does, nobody knows, and a person is asked.
    """
    own = total.currency
    for currency in [own] if own in limits else sorted(limits):
        most = limits[currency]
        made = in_currency(total, currency, rates)
        if made is None:
            return f"{total} cannot be held to the limit of {most} {currency}: no rate is known"
        if made.amount > most:
            shown = f"{total}, {made} at the recorded rate," if currency != own else f"{total}"
            return f"{shown} is more than the {most} {currency} that is asked for by itself"
    return ""


def together_above(
    totals: Sequence[Money], limits: Mapping[str, Decimal], rates: Sequence[Rate]
) -> str:
    """The same for amounts that are asked for at once, each of which is below by itself: each limit
    holds for their sum, as far as rates lead there."""
    for currency, most in sorted(limits.items()):
        found = [in_currency(total, currency, rates) for total in totals]
        made = [one for one in found if one is not None]
        total = Money.total(made, currency)
        if len(made) == len(totals) and total.amount > most:
            named = " and ".join(map(str, totals))
            return (
                f"{named}, {total} together at the recorded rate, is more than the {most}"
                f" {currency} that is asked for by itself"
            )
    return ""
