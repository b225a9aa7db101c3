"""Who serves two customers and disputes an invoice of one while answering about the other holds
both."""

from __future__ import annotations

import pytest

from connector.clients import tenants
from connector.decided import customer_answers, holds
from connector.deps import Deps
from connector.mirroring import mirror
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.inbound.test_known_senders import STEPS, known, mailed, unread, whose, write
from tests.connector.next_step.test_course import behind_one_address
from tests.connector.office import NOW, connect, customer, invoice
from tests.providers.email.programs import WROTE, quoted

ANN = "ann@group.example"
WORDS = "INV-1001 is on its way. We dispute invoice INV-2002, half of the goods came broken."
BUDGET = {"contacts_per_7_days": 3, "contacts_per_30_days": 9}


def serving_two(open_firm: Opens, ledger: str) -> tuple[Firm, list[str]]:
    """Ash was reminded, Birch will be; both are behind Ann's address."""
    firm = open_firm(
        ledger, modes={"remind": Mode.AUTOPILOT},
        dunning={"steps": STEPS, "min_days_between_messages": 1, "budget": BUDGET},
    )  # fmt: skip
    ids = [firm.books.customer(name) for name in ("Ash", "Birch")]
    behind_one_address(firm, ids)
    firm.owe(ids[0], "INV-1001", late_days=1)
    firm.owe(ids[1], "INV-2002", late_days=-2)
    firm.pass_time(minutes=20)
    firm.pass_days(1)
    return firm, ids


def held(deps: Deps, connection_id: int, *customer_ids: str) -> set[str]:
    with deps.reading() as tx:
        found = holds.in_force(tx, connection_id, deps.now(), customer_ids)
    return {hold.customer_id for hold in found}


@pytest.mark.either_ledger
@pytest.mark.parametrize("names_ours", [True, False])
def test_an_answer_about_one_that_disputes_the_other_s_invoice_holds_both(
    open_firm: Opens, ledger: str, names_ours: bool
) -> None:
    firm, ids = serving_two(open_firm, ledger)
    (mail,) = firm.mails()
    head = f"In-Reply-To: {mail['message_id']}\r\n" if names_ours else ""
    write(firm.deps, WORDS, sender=ANN, head=head, subject=f"Re: {mail['subject']}")
    firm.settle()
    (answer,) = unread(firm.deps, firm.connection_id)
    assert (answer.name, answer.answer.text) == ("Ash", WORDS)
    assert held(firm.deps, firm.connection_id, *ids) == set(ids)
    firm.pass_days(12)
    assert firm.mails() == [mail], "neither is reminded while it is unread"
    customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    firm.pass_days(3)
    assert held(firm.deps, firm.connection_id, *ids) == set()


def test_who_is_not_named_is_not_held(open_firm: Opens) -> None:
    firm, ids = serving_two(open_firm, "quickbooks")
    head = f"In-Reply-To: {firm.mails()[0]['message_id']}\r\n"
    write(firm.deps, "INV-1001 is on its way, 2002 pieces.", sender=ANN, head=head)
    assert held(firm.deps, firm.connection_id, *ids) == {ids[0]}


def test_a_colleague_of_who_was_written_to_holds_both(open_firm: Opens) -> None:
    firm, ids = serving_two(open_firm, "quickbooks")
    head = f"In-Reply-To: {firm.mails()[0]['message_id']}\r\n"
    write(firm.deps, WORDS, sender="bo@group.example", head=head)
    assert held(firm.deps, firm.connection_id, *ids) == set(ids)


def test_a_machine_s_answer_holds_nobody(open_firm: Opens) -> None:
    firm, ids = serving_two(open_firm, "quickbooks")
    head = f"In-Reply-To: {firm.mails()[0]['message_id']}\r\nAuto-Submitted: auto-replied\r\n"
    write(firm.deps, WORDS, sender=ANN, head=head)
    assert held(firm.deps, firm.connection_id, *ids) == set()


@pytest.mark.parametrize("names_ours", [True, False])
def test_another_company_of_the_client_is_held_and_another_client_knows_nothing(
    both: Deps, names_ours: bool
) -> None:
    one = connect(both)
    with both.reading() as tx:
        client_id = tenants.connection(tx, one).client_id
    same, other = connect(both, "same", client_id=client_id), connect(both, "else")
    mailed(both, one, 1, "Reminder: invoice INV-1001")
    for id_ in (same, other):
        bill = invoice("i2", customer_id="c2", number="INV-2002")
        with both.writing() as tx:
            mirror.store(tx, id_, [customer("c2"), bill], read_at=NOW)
        known(both, id_, "c2", by="contact")
    head = "In-Reply-To: <m1@x>\r\n" if names_ours else ""
    write(both, WORDS, head=head, subject="Re: Reminder: invoice INV-1001")
    assert whose(both, one, same, other) == [(one, "c1"), (same, "c2")]
    assert [it.answer.text for id_ in (one, same) for it in unread(both, id_)] == [WORDS, WORDS]
    assert held(both, other, "c2") == set()


def test_what_is_typed_into_the_quotation_holds_the_other_too(open_firm: Opens) -> None:
    firm, ids = serving_two(open_firm, "quickbooks")
    (mail,) = firm.mails()
    words = f"See below.\n\n{WROTE['Gmail en']}\n{quoted(mail['text'])}\n> We dispute INV-2002."
    write(firm.deps, words, sender=ANN, head=f"In-Reply-To: {mail['message_id']}\r\n")
    assert held(firm.deps, firm.connection_id, *ids) == set(ids)
