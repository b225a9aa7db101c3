"""Who serves two customers at one number and disputes an invoice of one in a text holds both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.clients import tenants
from connector.decided import customer_answers
from connector.deps import Deps
from connector.mirroring import mirror
from connector.phone import texts_in
from connector.recipients import consents, contacts, outreach
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from dunning.customer import persons
from dunning.customer.channels import Channel
from tests.connector.collecting.reading import Opens
from tests.connector.inbound.test_known_senders import unread, whose
from tests.connector.inbound.test_shared_answers import held
from tests.connector.office import NOW, connect, customer, invoice
from tests.connector.telephony import LINE, PHONE, SETTINGS, open_telephony

DISPUTE = "We dispute invoice INV-1001, the goods came broken. We will not pay it."
STEPS = [
    {"name": f"step {day}", "offset_days": day, "tone": "reminder", "channels": ["text", "email"]}
    for day in (1, 8, 15)
]


def write(deps: Deps, words: str) -> None:
    form = {"From": PHONE, "To": LINE, "Body": words, "MessageSid": "SM9"}
    assert texts_in.receive(deps, form) == ""


@pytest.mark.either_ledger
def test_a_text_that_disputes_the_other_s_invoice_holds_both(open_firm: Opens, ledger: str) -> None:
    phone = open_telephony(
        open_firm, ledger, switched={"text": Mode.AUTOPILOT, "remind": Mode.AUTOPILOT},
        dunning={"steps": STEPS, "bank_lag_days_max": None},
    )  # fmt: skip
    firm = phone.firm
    ash, birch = (firm.books.customer(name) for name in ("Ash", "Birch"))
    phone.agree(ash, Channel.TEXT)
    phone.agree(birch, Channel.TEXT)
    firm.owe(ash, "INV-1001", late_days=0)
    firm.owe(birch, "INV-2002", late_days=0)
    firm.pass_days(2)
    assert [it["to"] for it in phone.texts()] == [PHONE]
    before = len(firm.mails())
    assert before == 1, "Ash's number is Birch's by the last word on it"
    write(firm.deps, DISPUTE)
    firm.settle()
    (answer,) = unread(firm.deps, firm.connection_id)
    assert (answer.name, answer.answer.text) == ("Birch", DISPUTE)
    assert held(firm.deps, firm.connection_id, ash, birch) == {ash, birch}
    firm.pass_days(14)
    assert (len(firm.mails()), len(phone.texts())) == (before, 1), "neither is reminded"
    customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    assert held(firm.deps, firm.connection_id, ash, birch) == set()


@pytest.mark.parametrize("how", ["agreed", "said no", "contact", "called"])
@pytest.mark.parametrize(("words", "is_held"), [
    (DISPUTE, True), ("We dispute 1001 of them, and call you on +1 555 1001.", False),
    ("We pay INV-2002 on Friday.", False),
])  # fmt: skip
def test_each_at_the_number_is_held_who_is_plainly_named(
    open_firm: Opens, how: str, words: str, is_held: bool
) -> None:
    firm = open_telephony(open_firm).firm
    ids = [firm.books.customer(name) for name in ("Ash", "Birch")]
    firm.owe(ids[0], "INV-1001", late_days=-9)
    firm.owe(ids[1], "INV-2002", late_days=-9)
    firm.settle()
    here, now = firm.connection_id, firm.deps.now()
    with firm.deps.writing() as tx:
        if how == "contact":
            one = Contact(ids[0], Role.BILLING, phone=PHONE)
            contacts.add(tx, here, one, by="ann", at=now)
        elif how == "called":
            call = persons.Contact(Channel.CALL, now, ())
            outreach.keep(tx, here, [PHONE], call, customer_id=ids[0])
        else:
            said = consents.give if how == "agreed" else consents.revoke
            said(tx, here, Channel.CALL, PHONE, customer_id=ids[0], words="w", by="ann", at=now)
        consents.give(
            tx, here, Channel.TEXT, PHONE, customer_id=ids[1], words="w", by="ann", at=now
        )
    write(firm.deps, words)
    assert held(firm.deps, here, *ids) == ({*ids} if is_held else {ids[1]})


def test_another_company_of_the_client_is_held_and_another_client_is_not(both: Deps) -> None:
    one = connect(both)
    with both.reading() as tx:
        client_id = tenants.connection(tx, one).client_id
    same, other = connect(both, "same", client_id=client_id), connect(both, "else")
    for id_ in (other, same, one):
        bill = invoice("i1", customer_id="c1", number="INV-1001" if id_ != one else "INV-2002")
        with both.writing() as tx:
            mirror.store(tx, id_, [customer("c1"), bill], read_at=NOW)
            consents.give(
                tx, id_, Channel.TEXT, PHONE, customer_id="c1", words="w", by="ann", at=NOW
            )
    config = both.config.model_copy(update=SETTINGS)
    write(replace(both, config=config), DISPUTE)
    assert whose(both, one, same, other) == [(one, "c1"), (same, "c1")]
    assert held(both, other, "c1") == set()
