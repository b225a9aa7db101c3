"""A processor's report file, whichever of the four it is, read into payouts."""

from __future__ import annotations

from collections.abc import Callable

from providers import sheets
from providers.figures import Unreadable
from providers.processors import paypal_csv, paypal_stl, stripe_csv
from providers.processors.errors import BadReport
from providers.receipts import Payout

Rows = list[tuple[int, list[str]]]
REPORTS: tuple[tuple[Callable[[list[str]], bool], Callable[[Rows], list[Payout]]], ...] = (
    (paypal_stl.is_report, paypal_stl.payouts),
    (stripe_csv.is_report, stripe_csv.payouts),
    (paypal_csv.is_report, paypal_csv.payouts),
)


def payouts(raw: bytes) -> list[Payout]:
    """All payouts of a file; raises BadReport, and then none of it counts."""
    try:
        rows = sheets.rows(raw)
    except Unreadable as error:
        raise BadReport(str(error)) from None
    if not rows:
        raise BadReport("the file is empty; download the report again")
    for is_report, read in REPORTS:
        if is_report(rows[0][1]):
            found = read(rows)
            _check_once(found)
            return found
    raise BadReport(
        "line 1: neither a Stripe report (itemised payout reconciliation, or balance with payout"
        " ids) nor a PayPal one (settlement report, or activity download in English)"
    )


def _check_once(found: list[Payout]) -> None:
    seen: set[str] = set()
    for payout in found:
        if payout.id in seen:
            raise BadReport(f"payout {payout.id} stands twice")
        seen.add(payout.id)
