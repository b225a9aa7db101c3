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
