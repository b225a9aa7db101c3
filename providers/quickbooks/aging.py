"""The report AgedReceivables, read as what each customer owes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from providers.documents import Aged
from providers.errors import Refused
from providers.exact import Doc
from providers.money import Money

IDS_IN_REPORT_MAX = 100
"""With more customers than this the report of all is asked for: one call either way."""


def aged_of(report: Doc, customer_ids: Sequence[str]) -> list[Aged]:
    """What each asked customer owes, 0 for those not in the report; everybody if none is asked.

    Credits and unapplied payments are already taken off. Amounts are in the report's currency,
    which is the home currency also for customers with a foreign one.
    """
    try:
        currency = str(report["Header"]["Currency"])
        listed = list(_amounts(report.get("Rows") or {}))
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise Refused(
            f"QuickBooks sent the aged receivables in a form that cannot be read"
            f" ({type(error).__name__}: {error})"
        ) from error
    owed = dict.fromkeys(customer_ids, Decimal(0))
    for customer_id, amount in listed:
        if not customer_ids or customer_id in owed:
            owed[customer_id] = owed.get(customer_id, Decimal(0)) + amount
    return [Aged(customer_id, Money(amount, currency)) for customer_id, amount in owed.items()]


def _amounts(rows: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """Customers with sub-customers are sections: own amount in the header, the others within."""
    for row in rows.get("Row") or ():
        cells = row.get("ColData") or (row.get("Header") or {}).get("ColData") or ()
        if cells and cells[0].get("id"):
            yield str(cells[0]["id"]), Decimal(cells[-1]["value"] or 0)
        yield from _amounts(row.get("Rows") or {})
