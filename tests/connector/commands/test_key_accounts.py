"""Key accounts as they are typed: named, listed, ended; and ids that a policy made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger)
    firm.books.customer("Larch Brewing")
    firm.pass_time(minutes=20)
    return firm


def test_a_customer_is_named_by_its_name_listed_and_ended_with_a_reason(terminal: Terminal) -> None:
    words = ("key-account", "add", CLIENT, "Larch Brewing", "--reason", "our largest")
    assert terminal.type(*words).out == "A person alone writes to Larch Brewing.\n"
    (row,) = terminal.type("key-account", "list", CLIENT, "--json").rows()
    assert (row["customer"], row["reason"]) == ("Larch Brewing", "our largest")
    refused = terminal.type("key-account", "end", CLIENT, "Larch Brewing")
    assert "say why, as a reason with --reason" in refused.error
    words = ("key-account", "end", CLIENT, "Larch Brewing", "--reason", "smaller now")
    assert (
        terminal.type(*words).out
        == "Larch Brewing itself is no key account any more; its segment's rules hold.\n"
    )
    assert terminal.type("key-account", "list", CLIENT, "--json").rows() == []


def test_a_name_where_an_id_belongs_is_refused_with_the_id(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    own = {"Larch Brewing": {"with_a_person": "key account"}}
    file.write_text(json.dumps({"dunning": {"customers": own}}))
    said = terminal.type("policy", "set", CLIENT, str(file))
    assert said.code == 1
    assert "'Larch Brewing' in dunning.customers is a name; write the ledger's id" in said.error
    told = terminal.type("policy", "preview", CLIENT, str(file)).out
    assert "'Larch Brewing' in dunning.customers" in told
