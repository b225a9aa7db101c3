"""`ledgerhand policy start-from`: a shipped policy over what a client has, and what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
from dunning.checking import shipped
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CLIENT = "1"
OWN = {
    "matching": {"apply_by": ["exact", "spelling"]},
    "dunning": {"brand": {"sender_name": "Ann"}, "ramp_per_day": 7, "country": "US"},
    "notices": {"daily_digest": True},
}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger)
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=1)
    firm.pass_time(minutes=20)
    allowing.set_policy(
        firm.deps, firm.connection.client_id, Policy.model_validate(OWN), by="ann", reason="tests"
    )
    return firm


def in_force(firm: Firm) -> Policy:
    with firm.deps.reading() as tx:
        return policy.current(tx, firm.connection.client_id).policy


@pytest.mark.parametrize("name", shipped.NAMES)
def test_only_what_the_shipped_policy_says_is_laid_over(
    terminal: Terminal, firm: Firm, name: str
) -> None:
    before = in_force(firm)
    said = terminal.type("policy", "start-from", CLIENT, name, "--reason", "as agreed")
    assert (said.error, said.code) == ("", 0)
    after = in_force(firm)
    assert after.model_copy(update={"dunning": before.dunning}) == before
    body = shipped.body(name)
    differing = {
        field for field in type(after.dunning).model_fields
        if getattr(after.dunning, field) != getattr(before.dunning, field)
    }  # fmt: skip
    assert differing <= body.keys()
    assert after.dunning.steps == shipped.policy(name).steps
    assert "nothing would change" in terminal.type("policy", "start-from", CLIENT, name).error


def test_the_preview_tells_each_change_and_saves_nothing(terminal: Terminal, firm: Firm) -> None:
    before = in_force(firm)
    (row,) = terminal.type("policy", "start-from", CLIENT, "services", "--preview", "--json").rows()
    assert 'dunning.steps.call.do: nothing -> "call"' in row["changes"]
    assert not any(place in change for change in row["changes"]
                   for place in ("matching", "brand", "notices", "ramp_per_day"))  # fmt: skip
    told = terminal.type("policy", "start-from", CLIENT, "services", "--preview").out
    for words in ("Not saved yet. What it would change", "Who would be in which segment, at",
                  "When invoice INV-1 would take each step"):  # fmt: skip
        assert words in told, words
    assert in_force(firm) == before


def test_a_whole_document_shows_what_it_would_reset(
    terminal: Terminal, firm: Firm, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(terminal.type("policy", "shipped", "services").out)
    (row,) = terminal.type("policy", "preview", CLIENT, str(file), "--json").rows()
    assert 'matching.apply_by: ["exact", "spelling"] -> ["exact"]' in row["changes"]
    assert 'dunning.brand.sender_name: "Ann" -> ""' in row["changes"]


def test_a_name_that_there_is_not_is_told_with_those_that_there_are(terminal: Terminal) -> None:
    error = terminal.type("policy", "start-from", CLIENT, "toys").error
    assert f"there are {', '.join(shipped.NAMES)}" in error
