"""Pauses as they are typed: each ends by itself on its day, and all of them stay on record."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connector import jobs
from connector.mirroring import mirror
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=1)
    firm.owe(firm.books.customer("Birch"), "INV-2", "80.00", late_days=1)
    firm.pass_time(minutes=20)
    return firm


def written_to(firm: Firm) -> set[str]:
    numbers = {"INV-1": "Ash", "INV-2": "Birch"}
    return {name for n, name in numbers.items() for mail in firm.mails() if n in mail["subject"]}


def test_a_pause_ends_by_itself_on_its_day_and_stays_on_record(
    terminal: Terminal, firm: Firm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    until = firm.today + timedelta(days=12)
    told = terminal.type(
        "pause", CLIENT, "--customer", "Ash", "--reason", "flood in the shop", "--until", str(until)
    )
    assert told.out == "Paused: Ash.\n"
    firm.pass_days(11)
    assert written_to(firm) == {"Birch"}
    firm.pass_days(3)
    assert "Ash" in written_to(firm)
    set_variables(monkeypatch, firm, tmp_path)
    (row,) = terminal.type("holds", CLIENT, "--json").rows()
    assert (row["customer"], row["reason"], row["ended_by"]) == (
        "Ash",
        "flood in the shop",
        "itself",
    )
    assert row["until"] == row["ended_at"]
    assert row["until"].endswith("T00:00:00-04:00"), "by the company's own clock"
    told = terminal.type("holds", CLIENT).out
    assert "by itself" in told
    assert "(command" in told


def test_one_invoice_is_paused_by_its_number_and_resumed_by_a_person(
    terminal: Terminal, firm: Firm
) -> None:
    assert terminal.type("pause", CLIENT, "--invoice", "INV-1").code == 0
    firm.pass_days(5)
    assert written_to(firm) == {"Birch"}
    assert terminal.type("resume", CLIENT, "--invoice", "INV-1").out == "1 pauses ended.\n"
    firm.pass_days(2)
    assert "Ash" in written_to(firm)
    (row,) = terminal.type("holds", CLIENT, "--json").rows()
    assert (row["invoice"], row["customer"]) == ("INV-1", "")
    assert "command line" in row["ended_by"]


def test_the_holds_of_one_customer_are_asked_for(terminal: Terminal) -> None:
    for name in ("Ash", "Birch"):
        terminal.type("pause", CLIENT, "--customer", name, "--reason", f"{name} called")
    (row,) = terminal.type("holds", CLIENT, "--customer", "Birch", "--json").rows()
    assert row["reason"] == "Birch called"
    assert "Ash called" in terminal.type("holds", CLIENT).out


def test_a_segment_is_paused_until_its_day_what_is_on_its_way_too(
    terminal: Terminal, firm: Firm
) -> None:
    customer = next(id_ for id_, item in firm.plan().items() if name_of(firm, id_) == "Ash")
    rules = policies.Policy.model_validate(
        {"dunning": {"segments": [{"name": "own", "when": {"customers": [customer]}}]}}
    )
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    until = firm.today + timedelta(days=12)
    firm.world.clock.advance(timedelta(days=3))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    on_their_way = firm.intents(Step.INTENDED)
    assert len([it for it in on_their_way if isinstance(it.effect, SendReminder)]) == 2

    told = terminal.type("pause", CLIENT, "--segment", "own", "--reason", "strike", "--until",
                         str(until))  # fmt: skip

    assert told.out == f"Paused until {until}: the segment own.\n"
    firm.settle()
    firm.pass_days(8)
    assert written_to(firm) == {"Birch"}
    assert f"paused until {until}: strike" in firm.plan()[customer].reason
    earlier = str(until - timedelta(days=1))
    terminal.type("pause", CLIENT, "--segment", "own", "--reason", "it ended", "--until", earlier)
    reasons = {it.what["reason"] for it in firm.log("policy.saved")}
    assert reasons >= {"strike", "it ended"}, "the person's own, where less is held too"
    terminal.type("resume", CLIENT, "--segment", "own")
    firm.pass_days(3)
    assert written_to(firm) == {"Ash", "Birch"}
    second, first = terminal.type("holds", CLIENT, "--json").rows()
    assert [(it["segment"], it["reason"], it["until"][:10]) for it in (first, second)] == [
        ("own", "strike", str(until)), ("own", "it ended", earlier),
    ]  # fmt: skip
    assert all("command line" in it["ended_by"] for it in (first, second))
    assert "segment own" in terminal.type("holds", CLIENT).out


@pytest.mark.parametrize("place", ["segments", "customers", "all"])
def test_a_pause_in_the_policy_is_among_the_holds_and_ends_by_itself(
    terminal: Terminal, firm: Firm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    ash = next(id_ for id_ in firm.plan() if name_of(firm, id_) == "Ash")
    until = firm.today + timedelta(days=3)
    own = {"paused_until": str(until), "paused_because": "a move"}
    dunning = {
        "segments": {"segments": [{"name": "own", "when": {}, "change": own}]},
        "customers": {"customers": {ash: own}}, "all": own,
    }[place]  # fmt: skip
    rules = policies.Policy.model_validate({"dunning": dunning})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann")
    (row,) = terminal.type("holds", CLIENT, "--json").rows()
    assert (row["reason"], row["by"], row["ended_at"]) == ("a move", "ann", None)
    assert (row["segment"], row["customer"]) == {
        "segments": ("own", ""), "customers": ("", "Ash"), "all": ("", ""),
    }[place]  # fmt: skip
    firm.world.clock.advance(timedelta(days=4))
    set_variables(monkeypatch, firm, tmp_path)
    (row,) = terminal.type("holds", CLIENT, "--json").rows()
    assert (row["ended_by"], row["ended_at"]) == ("itself", row["until"])
    found = terminal.type("holds", CLIENT, "--customer", "Ash", "--json").rows()
    assert len(found) == (place == "customers")


@pytest.mark.parametrize(("given", "told"), [
    (["--segment", "large", "--until", "2026-05-01"], "no segment 'large'; there are: none"),
    (["--segment", "large", "--until", "May"], "'May' is none; write --until 2026-01-31"),
    (["--segment", "large", "--customer", "Ash", "--until", "2026-05-01"], "one by one"),
])  # fmt: skip
def test_a_segment_that_cannot_be_paused_is_said(
    terminal: Terminal, firm: Firm, given: list[str], told: str
) -> None:
    assert told in terminal.type("pause", CLIENT, *given).error


def name_of(firm: Firm, customer_id: str) -> str:
    with firm.deps.reading() as tx:
        return mirror.names(tx, firm.connection_id, [customer_id])[customer_id]
