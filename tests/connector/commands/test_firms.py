"""The firm's rules as they are typed: shown, tried, set, compared, and refused with the client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.clients import tenants
from dunning.checking import shipped
from tests.connector.commands.typing_in import Terminal
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    return open_firm("quickbooks")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def written(**document: Any) -> str:
        path = tmp_path / "rules.json"
        path.write_text(json.dumps(document))
        return str(path)

    return written


def test_the_firms_rules_are_tried_set_and_inherited(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    rules = file(dunning={"ramp_per_day": 20})
    tried = terminal.type("firm", "policy", "preview", rules)
    assert tried.code == 0, tried.error
    assert tried.out.startswith("The rules of 1 client change:\n")
    assert "dunning.ramp_per_day: 25 -> 20" in tried.out
    assert json.loads(terminal.type("firm", "policy", "show").out)["version"] == 0
    assert terminal.type("firm", "policy", "history", "--json").rows() == []
    told = terminal.type("firm", "policy", "set", rules)
    assert "dunning.ramp_per_day: 25 -> 20" in told.out
    assert "Version 1 of the rules of " in told.out
    assert json.loads(terminal.type("firm", "policy", "show").out)["version"] == 1
    (row,) = terminal.type("firm", "policy", "history", "--json").rows()
    assert row["changes"] == ["dunning.ramp_per_day: 25 -> 20"]
    (one,) = terminal.type("firm", "policy", "diff", "0", "1", "--json").rows()
    assert one == {"place": "dunning.ramp_per_day", "was": "25", "now": "20"}
    shown = json.loads(terminal.type("policy", "show", CLIENT).out)
    assert (shown["version"], shown["policy"]["dunning"]["ramp_per_day"]) == (1, 20)
    again = terminal.type("firm", "policy", "preview", rules)
    assert again.out == "The rules of no client change.\n"


def test_a_segment_that_a_client_pauses_stays_the_firms_but_for_the_pause(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    large = {
        "name": "large",
        "when": {"years_at_least": 3},
        "change": {"min_days_between_messages": 9},
    }
    terminal.type("firm", "policy", "set", file(dunning={"segments": [large]}))
    paused = ("--segment", "large", "--until", "2031-05-01", "--reason", "a strike")
    assert terminal.type("pause", CLIENT, *paused).code == 0
    rows = terminal.type("policy", "show", CLIENT, "--origin", "--json").rows()
    whose = {row["place"]: row["from"] for row in rows if "segments" in row["place"]}
    assert whose["dunning.segments.large.change.paused_until"] == "client"
    assert whose["dunning.segments.large.change.min_days_between_messages"] == "firm, version 1"
    shown = json.loads(terminal.type("policy", "show", CLIENT).out)["policy"]["dunning"]
    assert [it["name"] for it in shown["segments"]] == ["large"]
    assert shown["segments"][0]["change"]["paused_until"] == "2031-05-01"
    changed = file(dunning={"segments": [large | {"when": {"years_at_least": 4}}]})
    told = terminal.type("firm", "policy", "preview", changed)
    assert "dunning.segments.large.when.years_at_least: 3 -> 4" in told.out


def test_a_client_shows_whose_each_value_is_and_what_two_versions_differ_in(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    terminal.type("firm", "policy", "set", file(dunning={"ramp_per_day": 20, "locale": "en_GB"}))
    own = file(dunning={"ramp_per_day": 7, "locale": "en_GB"})
    assert "version 2" in terminal.type("policy", "set", CLIENT, own).out
    rows = terminal.type("policy", "show", CLIENT, "--origin", "--json").rows()
    whose = {row["place"]: row["from"] for row in rows}
    assert whose["dunning.ramp_per_day"] == "client"
    assert whose["dunning.locale"] == "firm, version 1"
    assert whose["freshness_minutes_max"] == "start"
    assert "firm, version 1" in terminal.type("policy", "show", CLIENT, "--origin").out
    rows = terminal.type("policy", "diff", CLIENT, "1", "2", "--json").rows()
    assert rows == [{"place": "dunning.ramp_per_day", "was": "20", "now": "7"}]
    assert terminal.type("policy", "diff", CLIENT, "2", "2").out == "They say the same.\n"
    missing = terminal.type("policy", "diff", CLIENT, "1", "9")
    assert missing.error == "ledgerhand: there is no version 9; there are 0, 1, 2"


def test_who_would_change_segment_is_counted_for_each_client(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    terminal.firm.owe(terminal.firm.books.customer("Ash"), "INV-1")
    terminal.firm.sweep()
    everybody = {"name": "new ones", "when": {"payer": ["new"]}}
    (row,) = terminal.type("firm", "policy", "preview", file(dunning={"segments": [everybody]}),
                           "--json").rows()  # fmt: skip
    assert (row["moved"], row["unreadable"]) == (1, 0)
    slower = file(dunning={"ramp_per_day": 20})
    assert terminal.type("firm", "policy", "preview", slower, "--json").rows()[0]["moved"] == 0


def test_who_cannot_be_read_by_a_fault_of_ours_is_counted_apart(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    ash, birch = map(terminal.firm.books.customer, ("Ash", "Birch"))
    for customer in (ash, birch):
        terminal.firm.owe(customer, f"INV-{customer}")
    terminal.firm.sweep()
    make_unreadable(terminal.firm.deps, terminal.firm.connection_id, ash)
    rules = file(dunning={"segments": [{"name": "new ones", "when": {"payer": ["new"]}}]})
    (row,) = terminal.type("firm", "policy", "preview", rules, "--json").rows()
    assert (row["moved"], row["unreadable"]) == (1, 1)
    (row,) = terminal.type("policy", "preview", CLIENT, rules, "--json").rows()
    assert (row["moved"][0]["customers"], row["unreadable"]) == (["Birch"], 1)


def test_more_without_a_person_asks_for_the_reason_and_names_the_client(
    terminal: Terminal, file: Callable[..., str]
) -> None:
    freer = file(matching={"apply_by": ["exact", "amount"]})
    told = terminal.type("firm", "policy", "set", freer)
    assert told.code == 1
    assert "more would be done" in told.error
    assert told.error.endswith("with --reason")
    assert json.loads(terminal.type("firm", "policy", "show").out)["version"] == 0
    assert terminal.type("firm", "policy", "set", freer, "--reason", "a good year").code == 0


def test_a_document_with_a_fault_is_refused(terminal: Terminal, file: Callable[..., str]) -> None:
    told = terminal.type("firm", "policy", "set", file(dunning={"ramp": 1}))
    assert told.code == 1
    assert "dunning.ramp" in told.error
    assert json.loads(terminal.type("firm", "policy", "show").out)["version"] == 0


def test_with_several_firms_one_must_be_named(terminal: Terminal, file: Callable[..., str]) -> None:
    with terminal.firm.deps.writing() as tx:
        tenants.add_reseller(tx, "Other")
    told = terminal.type("firm", "policy", "show")
    assert "name one of them with --firm" in told.error
    rules = file(dunning={"ramp_per_day": 20})
    assert terminal.type("firm", "policy", "set", rules, "--firm", "Other").code == 0
    assert json.loads(terminal.type("policy", "show", CLIENT).out)["version"] == 0


def test_the_firm_starts_from_a_shipped_policy(terminal: Terminal) -> None:
    words = ("firm", "policy", "start-from")
    assert "there is no policy 'toys'" in terminal.type(*words, "toys").error
    tried = terminal.type(*words, "msp", "--preview", "--json")
    (row,) = tried.rows()
    assert any(it.startswith("dunning.steps.") for it in row["changes"])
    assert json.loads(terminal.type("firm", "policy", "show").out)["version"] == 0
    assert "say why, as a reason with --reason" in terminal.type(*words, "wholesale").error
    told = terminal.type(*words, "msp", "--reason", "tests")
    assert "Version 1 of the rules of" in told.out
    shown = json.loads(terminal.type("policy", "show", CLIENT).out)
    assert shown["policy"]["dunning"]["steps"][0]["name"] == shipped.policy("msp").steps[0].name
    assert "follows msp already" in terminal.type(*words, "msp").error
