"""A slice of the customers is switched, and the shadow report read, as they are typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

CLIENT = "1"
SEGMENTS = [{"name": "first few", "when": {"customers": ["1"]}}]


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm(
        "quickbooks", modes={"remind": Mode.SHADOW, "cash": Mode.SHADOW},
        dunning={"segments": SEGMENTS},
    )  # fmt: skip
    for number, name in enumerate(("Ash", "Birch")):
        firm.owe(firm.books.customer(name), f"INV-{number}", "100.00", late_days=4)
    firm.pass_time(hours=2)
    return firm


def test_a_slice_is_raised_with_a_reason_after_what_people_made_of_it_so_far(
    terminal: Terminal,
) -> None:
    words = ("mode", CLIENT, "remind", "autopilot", "--segment", "first few")
    told = terminal.type(*words)
    assert told.code == 1
    assert told.out == "People on messages to first few in the last 30 days: nothing known.\n"
    assert told.error == (
        "ledgerhand: first few would go from shadow to autopilot; say why, as a reason with"
        " --reason"
    )
    told = terminal.type(*words, "--reason", "we know them")
    assert "remind is now autopilot for first few at " in told.out
    (row,) = terminal.type("client", "list", "--json").rows()
    assert (row["remind"], row["segments"]) == ("shadow", ["first few: autopilot"])
    told = terminal.type("mode", CLIENT, "remind", "client", "--segment", "first few")
    assert "remind is now as for the client for first few at " in told.out
    (row,) = terminal.type("client", "list", "--json").rows()
    assert row["segments"] == []


def test_a_slice_that_there_is_not_is_refused(terminal: Terminal) -> None:
    told = terminal.type("mode", CLIENT, "remind", "copilot", "--segment", "x", "--reason", "y")
    assert "there are first few" in told.error
    assert terminal.type("mode", CLIENT, "remind", "client").code == 1


def test_the_shadow_report_is_a_table_and_json(terminal: Terminal) -> None:
    rows = terminal.type("report", "shadow", CLIENT, "--json").rows()
    told = {(row["part"], row["what"]): (row["count"], row["share_or_amount"]) for row in rows}
    assert told["would have sent", "friendly"] == ("2", "USD 200.00")
    assert told["would have applied", "nothing"] == ("0", "n/a")
    assert told["people on messages", "agreed"] == ("0 of 0", "n/a")
    table = terminal.type("report", "shadow", CLIENT).out
    assert "would have sent" in table
    assert "in shadow nothing was sent or applied" in table


def test_days_that_are_none_are_refused(terminal: Terminal) -> None:
    assert "is no date" in terminal.type("report", "shadow", CLIENT, "--from", "x").error
    days = ("--from", "2026-03-02", "--to", "2026-03-01")
    assert "say the earlier day first" in terminal.type("report", "shadow", CLIENT, *days).error
