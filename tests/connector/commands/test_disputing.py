"""Disputes and account pages as a bookkeeper types them."""

from __future__ import annotations

import json

import pytest

from connector.correspondence import tracking
from connector.inbound import portal
from connector.mail import mail_links
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm
from tests.simulation.universe import save_policy

pytestmark = pytest.mark.either_ledger

CLIENT = "1"
OPEN = ("dispute", "open", CLIENT, "INV-1", "--type", "wrong-amount")


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=1)
    firm.pass_time(minutes=20)
    return firm


def test_a_dispute_is_opened_shown_and_ended(terminal: Terminal, firm: Firm) -> None:
    told = terminal.type(*OPEN, "--amount", "200", "--words", "we agreed on <800>")
    assert "dispute D1: USD 200.00 of INV-1 is not asked for until" in told.out
    firm.pass_days(3)
    assert "Total to pay $800.00" in " ".join(firm.mails()[0]["text"].split())
    (row,) = terminal.type("dispute", "list", CLIENT, "--json").rows()
    assert (row["number"], row["customer"], row["invoice"], row["amount"], row["words"]) == (
        "D1", "Ash", "INV-1", "USD 200.00", "we agreed on <800>",
    )  # fmt: skip
    assert json.loads(terminal.type("dispute", "show", CLIENT, "d1", "--json").out) == row
    assert "words: we agreed on <800>" in terminal.type("dispute", "show", CLIENT, "1").out
    close = ("dispute", "close", CLIENT, "D1", "--outcome", "the order says 1000")
    assert "is rejected" in terminal.type(*close, "--as", "rejected").out
    again = terminal.type(*close, "--as", "withdrawn")
    assert (again.code, "D1 has ended before" in again.error) == (1, True)
    assert terminal.type("dispute", "list", CLIENT).out == "Nothing is disputed.\n"
    (row,) = terminal.type("dispute", "list", CLIENT, "--all", "--json").rows()
    assert (row["state"], row["outcome"]) == ("rejected", "the order says 1000")


def test_the_whole_invoice_is_disputed_without_an_amount(terminal: Terminal) -> None:
    assert "D1: USD 1,000.00 of INV-1" in terminal.type(*OPEN).out
    assert "is disputed already; nothing was opened" in terminal.type(*OPEN).error


@pytest.mark.parametrize(("amount", "told"), [
    ("1000.01", "USD 1,000.01 is more than there is to dispute: USD 1,000.00 is open on INV-1"),
    ("some", "--amount 'some' is no amount; write it as 120.50"),
    ("0", "is no amount to dispute"),
    ("Infinity", "is no amount; write it as 120.50"),
])  # fmt: skip
def test_an_amount_that_cannot_be_is_told_and_nothing_is_opened(
    terminal: Terminal, amount: str, told: str
) -> None:
    said = terminal.type(*OPEN, "--amount", amount)
    assert (said.code, told in said.error) == (1, True), said.error
    assert terminal.type("dispute", "list", CLIENT, "--json").rows() == []


def test_a_credit_comes_before_it_is_accepted(terminal: Terminal) -> None:
    terminal.type(*OPEN, "--amount", "200")
    said = terminal.type("dispute", "close", CLIENT, "D1", "--as", "accepted", "--outcome", "yes")
    assert "enter a credit of USD 200.00 there first" in said.error
    (row,) = terminal.type("dispute", "list", CLIENT, "--json").rows()
    assert row["state"] == "open"


def test_a_link_to_the_account_page_is_made_by_hand_and_revoked(
    terminal: Terminal, firm: Firm
) -> None:
    refused = terminal.type("portal", "link", CLIENT, "Ash")
    assert "the account page is off for Ash; set dunning.portal to true" in refused.error
    save_policy(firm.universe, firm.ledger, portal=True)
    url = terminal.type("portal", "link", CLIENT, "Ash").out.strip()
    token = url.rpartition("/")[2]
    with firm.deps.reading() as tx:
        visit = portal.enter(tx, token, firm.deps.now())
    assert visit
    assert mail_links.account_page(firm.deps.config.base_url, visit.link) == url
    assert visit.customer.name == "Ash"
    assert json.loads(terminal.type("portal", "revoke", CLIENT, "Ash", "--json").out) == {
        "customer": "Ash", "revoked": 1,
    }  # fmt: skip
    with firm.deps.reading() as tx:
        assert portal.enter(tx, token, firm.deps.now()) is None
        assert tracking.find(tx, token, tracking.Purpose.PORTAL) is None
    assert [entry.event for entry in firm.log("portal")] == ["portal.link_made", "portal.revoked"]
