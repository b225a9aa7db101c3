"""Reminders for one segment alone, in another mode than for the other customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector import jobs
from connector.answering.answers import CannotAnswer
from connector.decided import decisions
from connector.rule_changes import allowing
from connector.rule_changes.allowing import NeedsReason
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from tests.connector.collecting.reading import Opens
from tests.connector.firm import EVER, Firm

pytestmark = pytest.mark.either_ledger

ASH = "1"


def segments(customer: str) -> dict[str, Any]:
    return {"segments": [{"name": "first few", "when": {"customers": [customer]}}]}


def switch(firm: Firm, mode: Mode | None, *, segment: str = "first few", reason: str = "") -> None:
    allowing.switch(
        firm.deps, firm.connection.client_id, Capability.REMIND, mode, by="ann", segment=segment,
        reason=reason,
    )  # fmt: skip


@pytest.fixture
def firm(open_firm: Opens) -> Firm:
    """Ash is the only one of the segment; everything is off."""
    firm = open_firm("quickbooks", dunning=segments(ASH), modes={"remind": Mode.OFF})
    owing(firm)
    return firm


def owing(firm: Firm) -> None:
    for number, name in enumerate(("Ash", "Birch")):
        customer = firm.books.customer(name)
        assert (customer == ASH) == (name == "Ash")
        firm.owe(customer, f"INV-{number}", late_days=4)


def written(firm: Firm) -> list[str]:
    return sorted(mail["recipients"][0] for mail in firm.mails())


def made(firm: Firm) -> dict[str, str]:
    """The mode that each decision carries, by its account."""
    with firm.deps.reading() as tx:
        found = decisions.recent(tx, firm.connection_id, since=EVER)
    return {it.subject: it.mode for it in found if it.capability == "remind"}


def test_a_slice_runs_by_itself_and_for_everybody_else_it_stays_off(firm: Firm) -> None:
    switch(firm, Mode.AUTOPILOT, reason="we know them")
    firm.pass_time(hours=2)
    assert written(firm) == ["pay@ash.example"]
    assert firm.asked() == []
    assert made(firm) == {"customer:1/USD": "autopilot"}
    assert "reminders are switched off" in firm.plan()["2"].reason


def test_the_others_keep_the_clients_mode_and_each_decision_carries_its_own(firm: Firm) -> None:
    firm.switch(remind=Mode.SHADOW)
    switch(firm, Mode.COPILOT, reason="to see them")
    firm.pass_time(hours=2)
    assert written(firm) == []
    (asked,) = firm.asked()
    assert asked.subject == "customer:1/USD"
    assert made(firm) == {"customer:1/USD": "copilot", "customer:2/USD": "shadow"}
    firm.approve()
    assert written(firm) == ["pay@ash.example"]


def test_a_slice_may_do_less_than_the_client_without_a_reason(firm: Firm) -> None:
    firm.switch(remind=Mode.AUTOPILOT)
    switch(firm, Mode.OFF)
    firm.pass_time(hours=2)
    assert written(firm) == ["pay@birch.example"]
    assert set(made(firm)) == {"customer:2/USD"}


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.COPILOT, Mode.AUTOPILOT])
def test_to_do_more_needs_a_reason_and_changes_nothing_without(firm: Firm, mode: Mode) -> None:
    with pytest.raises(NeedsReason, match=f"first few would go from off to {mode}"):
        switch(firm, mode, reason="  ")
    firm.pass_time(hours=2)
    assert (written(firm), firm.asked(), made(firm)) == ([], [], {})


def test_following_the_client_again_counts_as_doing_more_where_it_is(firm: Firm) -> None:
    firm.switch(remind=Mode.AUTOPILOT)
    switch(firm, Mode.OFF)
    with pytest.raises(NeedsReason):
        switch(firm, None)
    switch(firm, None, reason="they agreed")
    firm.pass_time(hours=2)
    assert written(firm) == ["pay@ash.example", "pay@birch.example"]


def test_what_is_no_segment_is_refused_with_those_that_there_are(firm: Firm) -> None:
    with pytest.raises(CannotAnswer, match="no segment 'last few'; there are first few"):
        switch(firm, Mode.AUTOPILOT, segment="last few", reason="a typing error")
    with pytest.raises(CannotAnswer, match="cash has one mode for all customers"):
        allowing.switch(
            firm.deps, firm.connection.client_id, Capability.CASH, Mode.AUTOPILOT, by="ann",
            segment="first few", reason="why not",
        )  # fmt: skip
    with firm.deps.reading() as tx:
        assert modes.by_segment(tx, firm.connection.client_id, Capability.REMIND) == {}


def test_the_mode_of_the_slice_is_asked_once_more_when_the_message_goes_out(firm: Firm) -> None:
    switch(firm, Mode.AUTOPILOT, reason="we know them")
    firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    assert len(firm.intents()) == 1
    switch(firm, Mode.OFF)
    firm.pass_time(seconds=10)
    firm.pass_time(seconds=10)
    assert written(firm) == []
    assert "mode off" in firm.log("send_reminder.not sent")[0].what["reason"]


def test_who_switched_a_slice_and_why_is_in_the_log(firm: Firm) -> None:
    switch(firm, Mode.AUTOPILOT, reason="we know them")
    entry = firm.log("mode.switched")[-1]
    assert entry.actor == "ann"
    assert entry.what == {
        "mode": "autopilot", "segment": "first few", "reason": "we know them",
    }  # fmt: skip


def test_a_segment_that_left_the_policy_begins_anew_if_it_returns(firm: Firm) -> None:
    switch(firm, Mode.AUTOPILOT, reason="we know them")
    client_id = firm.connection.client_id
    again = {"segments": [{"name": "first few", "when": {"payer": ["new"]}}]}
    for document in ({}, {"dunning": again}):
        allowing.set_policy(firm.deps, client_id, Policy.model_validate(document), by="bea")
    firm.pass_time(hours=2)
    assert (written(firm), made(firm)) == ([], {})
