"""Who belongs to a segment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dunning.customer.standing import NOTHING_KNOWN
from dunning.rules.segments import When
from tests.dunning.accounts import DUE, account, invoice, pays


@pytest.mark.parametrize(
    ("share", "belongs"), [("0", True), ("0.4", True), ("0.41", False), (None, False)]
)
def test_who_is_seldom_on_time_is_told_from_whom_nothing_is_known(
    share: str | None, belongs: bool
) -> None:
    known = replace(pays(), on_time_share=Decimal(share)) if share else NOTHING_KNOWN
    who = account(invoice(), standing=known)
    assert When(on_time_share_at_most=Decimal("0.4")).holds(who, DUE) is belongs
