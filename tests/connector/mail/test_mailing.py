"""A reminder on its way out: read again just before, sent at most once, told in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from connector import jobs
from connector.correspondence import messages
from connector.correspondence.messages import Sent
from connector.decided import decisions
from connector.mirroring import mirror
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Intent, Step
from connector.recipients import outreach
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Mode
from connector.syncing.second_look import READ_AGE_MAX
from dunning.customer.persons import Contact
from providers.ledger import AddNote, Invoice, Kind
from providers.simulated.faults import Fault
from providers.simulated.gateway import Gateway
from tests.connector.firm import EVER, Firm

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
REMIND = {"remind": Mode.AUTOPILOT}
NOTED = REMIND | {"note": Mode.AUTOPILOT}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=REMIND)


def one_reminder(firm: Firm, invoices: int = 1) -> str:
    customer = firm.books.customer("Ash")
    for number in range(invoices):
        firm.owe(customer, f"INV-{number}", late_days=4)
    return customer


def sent(firm: Firm) -> list[Sent]:
    with firm.deps.reading() as tx:
        return messages.sent(tx, firm.connection_id)


def held(firm: Firm, kind: Kind, ids: list[str]) -> list[Invoice]:
    """Nobody has changed them since."""
    with firm.deps.reading() as tx:
        found = mirror.fetch(tx, firm.connection_id, kind, ids)
    return [record for record in found if isinstance(record, Invoice)]


def reminder(firm: Firm) -> Intent:
    (found,) = [i for i in firm.intents() if isinstance(i.effect, SendReminder)]
    return found


def test_each_message_keeps_when_the_ledger_was_read_for_it(firm: Firm) -> None:
    for number in range(8):
        customer = firm.books.customer(f"Buyer{number}")
        firm.owe(customer, f"INV-{number}", late_days=number * 2 + 2)
    for _ in range(6):
        firm.pass_time(hours=7)
    assert len(sent(firm)) >= 8
    for message in sent(firm):
        assert timedelta(0) <= message.sent_at - message.read_at <= READ_AGE_MAX
        reads = [r for r in firm.requests() if r["time"] == message.read_at.isoformat()]
        assert any("invoice" in r["kind"] or "query" in r["kind"] for r in reads)
        (told,) = message.stood_on or ()
        (invoice,) = held(firm, Kind.INVOICE, message.invoice_ids)
        assert told == {
            "id": invoice.id, "number": invoice.number, "version": invoice.version,
            "open": "USD 100.00",
        }  # fmt: skip


class Slow:
    """A ledger whose pay links take 20 seconds each."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.firm: Firm | None = None

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        asked = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".lower()
        if self.firm and ("onlineinvoice" in asked or "invoicelink" in asked):
            self.firm.world.clock.advance(timedelta(seconds=20))
        return self.gateway(environ, start_response)


def test_where_writing_took_too_long_the_ledger_is_read_once_more(
    open_firm: Opens, ledger: str
) -> None:
    slow: list[Slow] = []

    def wrap(_name: str, gateway: Gateway) -> Slow:
        slow.append(Slow(gateway))
        return slow[-1]

    firm = open_firm(ledger, modes=REMIND, wrap=wrap)
    for one in slow:
        one.firm = firm
    one_reminder(firm, invoices=6)
    firm.pass_time(minutes=1)
    firm.pass_time(minutes=1)
    (message,) = sent(firm)
    assert message.sent_at - message.read_at <= READ_AGE_MAX
    assert len(firm.mails()) == 1


@pytest.mark.parametrize("fault", ["429", "503"])
def test_a_mail_server_that_is_busy_gets_the_message_later_and_once(firm: Firm, fault: str) -> None:
    one_reminder(firm)
    firm.fail(Fault(fault, on=r"mail\.message\.send"))
    firm.pass_time(minutes=1)
    assert firm.mails() == []
    for _ in range(8):
        firm.pass_time(minutes=10)
    assert len(firm.mails()) == 1
    assert reminder(firm).state is Step.CONFIRMED


@pytest.mark.parametrize(("fault", "arrived"), [
    ("500", 0), ("html", 0), ("reset_after_commit", 1), ("timeout_after_commit", 1),
])  # fmt: skip
def test_what_was_refused_or_may_have_arrived_is_never_sent_again(
    firm: Firm, fault: str, arrived: int
) -> None:
    one_reminder(firm)
    firm.fail(Fault(fault, on=r"mail\.message\.send"))
    for _ in range(5):
        firm.pass_time(hours=1)
    assert len(firm.mails()) == arrived
    intent = reminder(firm)
    assert intent.state is Step.PERSON
    assert intent.error
    (told,) = firm.log("needs a person")
    assert told.what["reason"] == intent.error


def test_a_message_names_its_invoice_amount_due_date_and_a_way_to_pay(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-77", "123.45", late_days=4)
    firm.pass_time(minutes=1)
    (mail,) = firm.mails()
    for text in (mail["text"], mail["html"]):
        assert "INV-77" in text
        assert "123.45" in text
    assert sent(firm)[0].text == mail["text"].replace("\r\n", "\n") or sent(firm)[0].text.strip()
    assert mail["message_id"] == f"<{reminder(firm).key}@localhost>"
    assert "{{" not in mail["text"] + mail["html"]


def test_a_message_speaks_for_the_client_and_under_no_brand_of_ours(firm: Firm) -> None:
    rules = policy.Policy.model_validate({"dunning": {"brand": {
        "sender_name": "Hill & Sons <Ltd>", "reply_to": "accounts@hill.example",
        "signature": "Accounts team",
    }}})  # fmt: skip
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann")
    one_reminder(firm)
    firm.pass_time(minutes=1)
    (mail,) = firm.mails()
    headers = dict(mail["headers"])
    assert "Hill & Sons <Ltd>" in headers["From"]
    assert headers["Reply-To"] == "accounts@hill.example"
    assert "Accounts team" in mail["text"]
    assert "Hill &amp; Sons" in mail["html"] or "Hill & Sons" not in mail["html"]
    assert "ledgerhand" not in f"{headers} {mail['text']} {mail['html']}".lower()


def test_what_was_sent_is_told_on_the_customer_and_the_invoice_over_the_ledgers_own_api(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=NOTED)
    one_reminder(firm, invoices=2)
    firm.pass_time(minutes=1)
    firm.pass_time(minutes=1)
    notes = [i for i in firm.intents() if isinstance(i.effect, AddNote)]
    assert sorted(str(i.effect.kind) for i in notes) == ["customer", "invoice", "invoice"]  # type: ignore[union-attr]
    for note in notes:
        assert note.state is Step.CONFIRMED
        assert firm.books.notes_with(note.marker) == 1
        assert note.decision_id == reminder(firm).decision_id


def test_from_a_message_it_is_one_step_to_why_it_went_out(firm: Firm) -> None:
    one_reminder(firm)
    firm.pass_time(minutes=1)
    (message,) = sent(firm)
    with firm.deps.reading() as tx:
        decision = decisions.find(tx, message.decision_id)
    assert decision is not None
    assert (decision.mode, decision.policy_version, decision.rule) == ("autopilot", 0, "friendly")
    assert decision.inputs["account"]["invoices"][0]["number"] == "INV-0"
    assert "is due" in decision.outcome["reasons"][0]
    told = [entry.event for entry in firm.log() if entry.decision_id == decision.id]
    assert told == ["remind.decided", "send_reminder.sent"]
    with firm.deps.reading() as tx:
        assert [d.id for d in decisions.recent(tx, firm.connection_id, since=EVER)] == [decision.id]


class Refusing:
    """A ledger that says no to every question about a pay link, and will keep saying no."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        asked = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".lower()
        if "onlineinvoice" in asked or "invoicelink" in asked:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"The resource you're looking for cannot be found"]
        return self.gateway(environ, start_response)


def test_one_message_that_the_ledger_will_not_help_with_holds_up_nothing_else(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(
        ledger, modes=NOTED | {"cash": Mode.AUTOPILOT},
        wrap=lambda _name, gateway: Refusing(gateway),
    )  # fmt: skip
    one_reminder(firm)
    payer = firm.books.customer("Birch")
    invoice = firm.owe(payer, "INV-9", late_days=-9)
    firm.pay(payer, "100.00", "INV-9")
    for _ in range(4):
        firm.pass_time(minutes=2)
    assert firm.books.balance(invoice) == 0
    assert {i.state for i in firm.intents() if isinstance(i.effect, AddNote)} <= {Step.CONFIRMED}
    assert reminder(firm).state in (Step.PERSON, Step.CONFIRMED)
    assert jobs.find_due(firm.deps) == []


@pytest.mark.parametrize("fault", ["503", "500"])
def test_a_mail_that_the_server_does_not_take_is_no_contact_with_a_person(
    open_firm: Opens, fault: str
) -> None:
    firm = open_firm("quickbooks", modes=REMIND)
    ash, oak = (
        firm.hand.create(
            "Customer", {"DisplayName": name, "PrimaryEmailAddr": {"Address": "pay@one.example"}}
        )["Id"]
        for name in ("Ash", "Oak")
    )
    firm.owe(ash, "INV-1", late_days=4)
    firm.fail(Fault(fault, on=r"mail\.message\.send", times=-1))
    for _ in range(6):
        firm.pass_time(minutes=20)
    assert firm.mails() == []
    assert contacts(firm) == {}
    firm.fail()
    firm.owe(oak, "INV-2", late_days=4)
    for _ in range(6):
        firm.pass_time(minutes=20)
    assert firm.mails() != []
    assert {handle: len(found) for handle, found in contacts(firm).items()} == {
        "pay@one.example": len(firm.mails())
    }


def contacts(firm: Firm) -> dict[str, list[Contact]]:
    with firm.deps.reading() as tx:
        return outreach.all_contacts(tx, firm.connection_id, since=EVER)
