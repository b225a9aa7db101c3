"""Answers of persons: none is lost, however it travelled and whether or not it names our mail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector import db
from connector.clients import tenants
from connector.correspondence import messages
from connector.decided import customer_answers
from connector.decided.customer_answers import Unread
from connector.deps import Deps
from connector.inbound import replies
from connector.mirroring import customer_addresses
from connector.receiving import waiting_mail
from connector.recipients import consents, contacts
from connector.recipients.contacts import Contact, Role
from connector.recipients.outreach import keep as reach
from connector.rules.modes import Mode
from connector.rules.policy import Policy, save
from dunning.customer import persons
from dunning.customer.channels import Channel
from dunning.rules.policy import Brand, DunningPolicy
from providers.messages import Message
from providers.simulated.store import Doc
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.office import NOW, connect, customer

STEPS = [{"name": f"step {day}", "offset_days": day, "tone": "reminder"} for day in (1, 8, 15, 22)]
ASH = "pay@ash.example"
DISPUTE = "We dispute this invoice, half of the goods arrived broken."
ACROSS = db.across("a test looks at every company")
HUMAN = (
    "", "List-Id: <accounts.ash.example>\r\nPrecedence: list\r\n", "Precedence: bulk\r\n",
    "Auto-Submitted: auto-generated\r\n",
)  # fmt: skip
MACHINES = (
    "Auto-Submitted: auto-replied\r\n", "X-Autoreply: yes\r\n", "Return-Path: <>\r\n",
    "Precedence: auto_reply\r\n",
)  # fmt: skip
NOTICES = (
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nPrecedence: bulk\r\n",
    "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n",
)


def reminded(open_firm: Opens, ledger: str) -> tuple[Firm, Doc]:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT}, dunning={"steps": STEPS})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    firm.pass_time(minutes=20)
    return firm, firm.mails()[-1]


def write(
    deps: Deps, text: str = DISPUTE, *, sender: str = ASH, to: str = "ar@localhost",
    head: str = "", subject: str = "Re: an invoice", number: int = 1,
) -> None:  # fmt: skip
    raw = (
        f"From: Pat Buyer <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: <a{number}@buyer.example>\r\n{head}\r\n{text}\r\n"
    )
    replies.accept(deps, raw.encode())


def unread(deps: Deps, connection_id: int) -> list[Unread]:
    with deps.reading() as tx:
        return customer_answers.unread(tx, connection_id, deps.now())


def is_stopped(firm: Firm, address: str = ASH) -> bool:
    with firm.deps.reading() as tx:
        return consents.suppressed(tx, firm.connection_id, Channel.EMAIL, address)


@pytest.mark.parametrize(("head", "names_ours"), [
    *((head, True) for head in HUMAN + NOTICES), *((head, False) for head in HUMAN),
])  # fmt: skip
@pytest.mark.either_ledger
def test_what_a_person_answers_holds_the_chase_until_it_is_read(
    open_firm: Opens, ledger: str, head: str, names_ours: bool
) -> None:
    firm, mail = reminded(open_firm, ledger)
    named = f"In-Reply-To: {mail['message_id']}\r\n" if names_ours else ""
    write(firm.deps, head=head + named)
    (answer,) = unread(firm.deps, firm.connection_id)
    assert (answer.name, answer.answer.text) == ("Ash", DISPUTE)
    firm.pass_days(10)
    assert len(firm.mails()) == 1
    customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    firm.pass_days(1)
    assert len(firm.mails()) == 2


@pytest.mark.parametrize(("head", "names_ours"), [
    *((head, True) for head in MACHINES), *((head, False) for head in MACHINES + NOTICES),
])  # fmt: skip
def test_what_a_machine_answers_is_kept_and_holds_nothing(
    open_firm: Opens, head: str, names_ours: bool
) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    named = f"In-Reply-To: {mail['message_id']}\r\n" if names_ours else ""
    write(firm.deps, "I am away until Monday.", head=head + named)
    assert unread(firm.deps, firm.connection_id) == []
    assert [entry.what["automatic"] for entry in firm.log("reply.received")] == [True]
    before = len(firm.mails())
    firm.pass_time(minutes=20)
    assert len(firm.mails()) == before, "and it is not answered"
    firm.pass_days(8)
    assert len(firm.mails()) == 2


@pytest.mark.parametrize("head", HUMAN)
def test_stop_is_heard_in_whatever_a_person_answers(open_firm: Opens, head: str) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    write(firm.deps, "Stop", head=f"{head}In-Reply-To: {mail['message_id']}\r\n")
    assert is_stopped(firm)


def test_stop_is_heard_where_the_mail_names_none_of_ours(open_firm: Opens) -> None:
    firm, _ = reminded(open_firm, "quickbooks")
    write(firm.deps, "stop")
    assert is_stopped(firm)


def test_stop_of_one_in_a_group_ends_mail_to_the_group(open_firm: Opens) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    write(
        firm.deps, "stop", sender="pat@ash.example",
        head=f"In-Reply-To: {mail['message_id']}\r\n",
    )  # fmt: skip
    assert is_stopped(firm, "pat@ash.example")
    assert is_stopped(firm)


def test_a_stranger_and_our_own_mail_that_comes_back_are_nobodys(open_firm: Opens) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    write(firm.deps, sender="stranger@ash.example")
    own = f"From: {ASH}\r\nMessage-ID: {mail['message_id']}\r\n\r\n{mail['text']}"
    replies.accept(firm.deps, own.encode())
    bounce = (
        f"From: {ASH}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nno\r\n--b--"
    )
    replies.accept(firm.deps, bounce.encode())
    assert firm.log("reply.received") == []


def known(
    deps: Deps, connection_id: int, customer_id: str, *, by: str, days_ago: int = 1,
    address: str = ASH,
) -> None:  # fmt: skip
    """By a message of ours, a contact that was named, or the ledger."""
    at = NOW - timedelta(days=days_ago)
    with deps.writing() as tx:
        if by == "message":
            contact = persons.Contact(Channel.EMAIL, at)
            reach(tx, connection_id, [address], contact, customer_id=customer_id)
        elif by == "contact":
            named = Contact(customer_id, Role.OWNER, email=address)
            contacts.add(tx, connection_id, named, by="ann", at=at)
        else:
            emails = (f"x{address}", address.replace("pay", "Pay"))
            customer_addresses.keep(tx, connection_id, [customer(customer_id, emails=emails)])


def whose(deps: Deps, *connection_ids: int) -> list[tuple[int, str]]:
    return [(id_, it.answer.customer_id) for id_ in connection_ids for it in unread(deps, id_)]


@pytest.mark.parametrize(("by", "days_ago", "is_known"), [
    ("message", 89, True), ("message", 91, False), ("contact", 400, True), ("ledger", 400, True),
])  # fmt: skip
def test_by_what_a_sender_is_known(both: Deps, by: str, days_ago: int, is_known: bool) -> None:
    one = connect(both)
    known(both, one, "c1", by=by, days_ago=days_ago)
    write(both)
    assert whose(both, one) == ([(one, "c1")] if is_known else [])


def brand(deps: Deps, client_id: int, reply_to: str) -> None:
    rules = DunningPolicy(brand=Brand(reply_to=reply_to))
    with deps.writing() as tx:
        save(tx, client_id, Policy(dunning=rules), at=deps.now(), by="tests")


def test_of_several_companies_it_is_the_one_that_was_written_to(both: Deps) -> None:
    one, other = connect(both), connect(both, "else")
    known(both, one, "c1", by="message", days_ago=80)
    known(both, other, "c2", by="contact")
    write(both)
    assert whose(both, one, other) == [(one, "c1")]


@pytest.mark.parametrize("by", ["message", "contact"])
def test_what_may_be_for_any_of_several_clients_holds_in_each_and_none_reads_it(
    both: Deps, by: str
) -> None:
    one, other = connect(both), connect(both, "else")
    known(both, one, "c1", by=by, days_ago=5)
    known(both, other, "c2", by=by, days_ago=3)
    write(both, f"{DISPUTE}\r\n\r\nInvoice     Amount paid\r\nINV-1       USD 12.00\r\n")
    assert whose(both, one, other) == [(one, "c1"), (other, "c2")]
    for connection_id in (one, other):
        (answer,) = unread(both, connection_id)
        assert (answer.answer.sender, answer.answer.subject) == (ASH, "")
        assert answer.answer.text.startswith("Not shown: this sender is known to several clients")
        assert "<a1@buyer.example>" in answer.answer.text, "by which it is found in the mailbox"
        with both.reading() as tx:
            assert tx.execute(waiting_mail.CONNECTIONS_DUE, execution_options=ACROSS).all() == []


def test_two_companies_of_one_client_both_read_it(both: Deps) -> None:
    one = connect(both)
    with both.reading() as tx:
        client_id = tenants.connection(tx, one).client_id
    other = connect(both, "else", client_id=client_id)
    for id_ in (one, other):
        known(both, id_, "c1", by="message")
    write(both)
    told = [it.answer.text for id_ in (one, other) for it in unread(both, id_)]
    assert told == [DISPUTE, DISPUTE]


def test_stop_counts_for_each_client_whom_it_may_be_for(both: Deps) -> None:
    places = connect(both), connect(both, "else")
    for id_ in places:
        known(both, id_, "c1", by="message")
    write(both, "Stop.")
    with both.reading() as tx:
        assert all(consents.suppressed(tx, id_, Channel.EMAIL, ASH) for id_ in places)


def test_no_company_sees_what_was_sent_to_another(both: Deps) -> None:
    one, other = connect(both), connect(both, "else")
    with both.reading() as tx:
        clients = [tenants.connection(tx, id_).client_id for id_ in (one, other)]
    brand(both, clients[0], "ar@one.example")
    brand(both, clients[1], "ar@other.example")
    known(both, one, "c1", by="message")
    write(both, to="AR@other.example")
    assert whose(both, one, other) == []
    write(both, to="ar@one.example", number=2)
    assert whose(both, one, other) == [(one, "c1")]
    known(both, other, "c2", by="contact")
    write(both, to="ar@other.example", number=3)
    assert whose(both, one, other) == [(one, "c1"), (other, "c2")]


def test_answers_come_where_the_newest_rules_say(both: Deps) -> None:
    one = connect(both)
    with both.reading() as tx:
        client_id = tenants.connection(tx, one).client_id
    for address in ("old@one.example", "new@one.example"):
        brand(both, client_id, address)
    known(both, one, "c1", by="message")
    known(both, connect(both, "else"), "c2", by="message")
    write(both, to="new@one.example")
    assert [it.answer.text for it in unread(both, one)] == [DISPUTE]
    write(both, to="old@one.example", number=2)
    assert "Not shown" in unread(both, one)[-1].answer.text


def mailed(deps: Deps, connection_id: int, number: int, subject: str) -> None:
    known(deps, connection_id, f"c{number}", by="message", days_ago=5 - number)
    message = Message(f"<m{number}@x>", "Books", "ar@x", "ar@x", (ASH,), subject, "t", "h")
    with deps.writing() as tx:
        messages.keep(
            tx, connection_id, message, intent_key=f"k{number}", decision_id=number,
            customer_id=f"c{number}", currency="USD", step="friendly", invoice_ids=("i",),
            read_at=NOW, sent_at=NOW,
        )  # fmt: skip


def test_of_several_customers_it_is_the_one_whose_message_has_the_subject(both: Deps) -> None:
    one = connect(both)
    for number in (1, 2):
        mailed(both, one, number, f"Invoice INV-{number} is open")
    write(both, subject="AW: Invoice INV-1 is open")
    write(both, subject="a question", number=2)
    assert whose(both, one) == [(one, "c1"), (one, "c2")]


def test_of_several_customers_it_is_the_one_whose_invoice_is_named(open_firm: Opens) -> None:
    """A bookkeeper who keeps the books of two."""
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning={"steps": STEPS})
    for name in ("Ash", "Birch"):
        made = firm.hand.create("Customer", {
            "DisplayName": name, "PrimaryEmailAddr": {"Address": ASH},
        })  # fmt: skip
        firm.owe(str(made["Id"]), f"INV-{name}", late_days=1)
    firm.pass_days(3)
    for number, name in enumerate(("Ash", "Birch"), start=1):
        write(firm.deps, f"We dispute invoice INV-{name}.", subject="A question", number=number)
    told = {one.name: one.answer.text for one in unread(firm.deps, firm.connection_id)}
    assert told == {name: f"We dispute invoice INV-{name}." for name in ("Ash", "Birch")}
