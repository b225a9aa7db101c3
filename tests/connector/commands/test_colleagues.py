"""The people of a firm as they are typed: listed, invited, removed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connector.access import colleagues
from connector.clients import persons
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    return open_firm("xero")


def join(firm: Firm, token: str, name: str) -> None:
    with firm.deps.writing() as tx:
        one = persons.sign_in(
            tx, issuer="xero", subject=name, email=f"{name}@firm.example", name=name
        )
        colleagues.join(tx, one, token, now=firm.deps.now())


def test_people_are_invited_listed_and_removed(firm: Firm, terminal: Terminal) -> None:
    assert "Nobody has signed in yet" in terminal.type("people", "list").out
    for name in ("ann", "ben"):
        asked = terminal.type("people", "invite")
        assert asked.out.startswith("http://ledgerhand.test/join/"), asked.error
        join(firm, asked.out.strip().rpartition("/")[2], name)
    told = json.loads(terminal.type("people", "list", "--json").out)
    assert [(one["email"], one["signs_in_with"]) for one in told] == [
        ("ann@firm.example", ["xero"]), ("ben@firm.example", ["xero"]),
    ]  # fmt: skip
    gone = terminal.type("people", "remove", str(told[1]["id"]))
    assert gone.out == "ben no longer sees any client of this firm.\n"
    last = terminal.type("people", "remove", str(told[0]["id"]))
    assert (last.code, "invite a colleague first" in last.error) == (1, True)


@pytest.mark.parametrize("person", ["x", "99", "-1", "9" * 30])
def test_nobody_is_removed_by_mistake(terminal: Terminal, person: str) -> None:
    answer = terminal.type("people", "remove", "--", person)
    assert answer.code == 1
    assert "`ledgerhand people list` tells their ids" in answer.error
