"""Several drafts of interest for one invoice: each is what the others left of one claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.late_fees import raising
from connector.late_fees.interest_claims import NoClaim
from dunning.fees.late_fees import FeeState
from providers.simulated.faults import Fault
from tests.connector.charging import Opens, asked, found, set_terms
from tests.connector.firm import Firm
from tests.connector.late_fees.test_interest_claims import BRITISH, british, paid
from tests.connector.late_fees.test_interest_drafts import draft, told

pytestmark = pytest.mark.either_ledger


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """With GBP 81.50 drafted, and GBP 6.90 thirty days later."""
    firm = british(open_firm, ledger)
    draft(firm)
    firm.pass_days(30, every=5)
    draft(firm)
    assert told(firm) == [(FeeState.DRAFTED, "GBP 81.50"), (FeeState.DRAFTED, "GBP 6.90")]
    return firm


CHANGES: list[Any] = [
    (lambda firm: paid(firm, "100.00", firm.today), "GBP 88.40"),
    (lambda firm: set_terms(firm, **BRITISH | {"interest": {"country": "GB", "fixed_sum": False}}),
     "GBP 18.40"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "due"), CHANGES)
def test_two_drafts_for_an_invoice_become_one_over_the_whole_claim(
    firm: Firm, change: Callable[[Firm], None], due: str
) -> None:
    change(firm)
    firm.pass_days(3)
    assert told(firm) == [(FeeState.LAPSED, "GBP 81.50"), (FeeState.DRAFTED, due)]
    assert not any(line.startswith("less") for line in found(firm)[1].working)
    (question,) = asked(firm)
    assert f"interest of {due} for" in question.summary


def test_two_drafts_for_an_invoice_lapse_with_the_terms(firm: Firm) -> None:
    set_terms(firm, **BRITISH | {"interest": None})
    assert (told(firm), asked(firm)) == (
        [(FeeState.LAPSED, "GBP 81.50"), (FeeState.LAPSED, "GBP 6.90")], [],
    )  # fmt: skip


def test_what_was_waived_of_two_drafts_stays_off_the_claim(firm: Firm) -> None:
    raising.waive(firm.deps, firm.connection_id, found(firm)[0].id, by="ann", reason="for peace")
    paid(firm, "100.00", firm.today)
    assert told(firm) == [(FeeState.WAIVED, "GBP 81.50"), (FeeState.DRAFTED, "GBP 6.90")]


def test_no_second_draft_is_written_over_the_first_of_the_same_day(
    open_firm: Opens, ledger: str
) -> None:
    firm = british(open_firm, ledger, interest={"country": "GB", "fixed_sum": False})
    draft(firm)
    firm.fail(Fault("503", on=".*"))
    set_terms(firm, **BRITISH)
    firm.fail()
    with pytest.raises(NoClaim, match="a draft up to the same day waits"):
        draft(firm)
    assert told(firm) == [(FeeState.DRAFTED, "GBP 11.50")]
