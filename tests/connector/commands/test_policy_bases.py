"""`ledgerhand policy set` over the version that its file was printed from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

CLIENT = "1"
WHY = ("--reason", "tests")


@pytest.fixture
def firm(open_firm: Opens) -> Firm:
    return open_firm("xero")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], str]:
    def made(document: Any) -> str:
        path = tmp_path / "policy.json"
        path.write_text(json.dumps(document))
        return str(path)

    return made


def words(owner: str, verb: str, *rest: str) -> tuple[str, ...]:
    return ("policy", verb, CLIENT, *rest) if owner == "client" else ("firm", "policy", verb, *rest)


@pytest.mark.parametrize("owner", ["client", "firm"])
def test_a_printed_document_is_set_only_over_what_it_was_printed_from(
    terminal: Terminal, file: Callable[[Any], str], owner: str
) -> None:
    printed = json.loads(terminal.type(*words(owner, "show")).out)
    other = file({"dunning": {"ramp_per_day": 9}})
    assert terminal.type(*words(owner, "set", other)).code == 0
    printed["policy"]["dunning"]["min_days_between_messages"] = 8
    refused = terminal.type(*words(owner, "set", file(printed)))
    assert refused.code == 1
    assert "dunning.ramp_per_day" in refused.out
    assert "since you opened version 0; version 1 is in force" in refused.error
    assert "set yours over them with --base 1" in refused.error
    assert terminal.type(*words(owner, "set", file(printed), "--base", "1", *WHY)).code == 0
    shown = json.loads(terminal.type(*words(owner, "show")).out)
    assert (shown["version"], shown["policy"]["dunning"]["ramp_per_day"]) == (2, 25)


def test_a_file_that_names_no_version_says_which_it_replaces(
    terminal: Terminal, file: Callable[[Any], str]
) -> None:
    first = terminal.type("policy", "set", CLIENT, file({"dunning": {"ramp_per_day": 9}}))
    assert first.out == f"Policy version 1 of {client_name(terminal)} is in force.\n"
    said = terminal.type("policy", "set", CLIENT, file({"dunning": {"ramp_per_day": 8}})).out
    assert "names no version of these rules: it replaces version 1, which" in said


def test_what_was_printed_for_another_is_not_taken_for_a_version_of_this_one(
    terminal: Terminal, file: Callable[[Any], str]
) -> None:
    terminal.type("policy", "set", CLIENT, file({"dunning": {"ramp_per_day": 9}}))
    printed = json.loads(terminal.type("firm", "policy", "show").out)
    assert (printed["of"], printed["version"]) == ("firm 1", 0)
    said = terminal.type("policy", "set", CLIENT, file(printed), *WHY)
    assert (said.code, "it replaces version 1" in said.out) == (0, True)


@pytest.mark.parametrize(("base", "told"), [
    ("soon", "--base 'soon' is no version; write a number"),
    ("7", "the rules were changed by nobody, after which is not known; version 0 is in force"),
])  # fmt: skip
def test_a_version_that_there_is_not_is_named(
    terminal: Terminal, file: Callable[[Any], str], base: str, told: str
) -> None:
    assert told in terminal.type("policy", "set", CLIENT, file({}), "--base", base).error


def test_a_version_that_is_no_number_is_a_fault_of_the_file(
    terminal: Terminal, file: Callable[[Any], str]
) -> None:
    printed = json.loads(terminal.type("policy", "show", CLIENT).out) | {"version": "one"}
    said = terminal.type("policy", "set", CLIENT, file(printed))
    assert "version: 'one' is no number" in said.error


def client_name(terminal: Terminal) -> str:
    (row,) = terminal.type("client", "list", "--json").rows()
    return str(row["client"])
