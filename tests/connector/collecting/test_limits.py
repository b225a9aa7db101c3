"""Above the limit a person is asked, in whatever currency it is set."""

from __future__ import annotations

import pytest

from tests.connector.cash_application.test_conversion import customer, owes
from tests.connector.collecting.reading import REMIND, Opens, reason

pytestmark = pytest.mark.either_ledger


@pytest.mark.parametrize(("limits", "why"), [
    ({"EUR": "900.00"}, ""),
    ({"EUR": "899.99"}, "USD 1,000.00, EUR 900.00 at the recorded rate, is more than the 899.99"),
    ({"USD": "1000", "EUR": "1"}, ""),
    ({"USD": "999.99"}, "USD 1,000.00 is more than the 999.99 USD"),
    ({"GBP": "5000"}, "cannot be held to the limit of 5000 GBP: no rate is known"),
])  # fmt: skip
def test_the_limit_holds_across_currencies_at_the_ledgers_rate(
    open_firm: Opens, ledger: str, limits: dict[str, str], why: str
) -> None:
    firm = open_firm(ledger, modes=REMIND, currency="EUR", dunning={"remind_at_most": limits})
    who = customer(firm)
    owes(firm, who, "INV-1", "1000.00")
    firm.sweep()
    if not why:
        assert len(firm.mails()) == 1
        assert firm.asked() == []
        return
    (asked,) = firm.asked()
    assert why in asked.summary
    assert why in reason(firm, who)
    assert firm.mails() == []
    firm.approve()
    assert len(firm.mails()) == 1
