"""An advice that came by mail speaks for money by itself only where its sender is the payer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from connector.evidence import remittances
from connector.inbound import replies
from connector.receiving import advices
from connector.recipients import contacts
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
MAILBOX = "advices@ar.example"
SERVER = "mx.ar.example"
ADVICE = (
    "Payer,Ash\nTrace number,{trace}\nCurrency,USD\nInvoice,Amount paid\n{lines}Total,{total}\n"
)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return opened(open_firm, ledger)


def opened(open_firm: Opens, ledger: str, **settings: str) -> Firm:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    config = firm.deps.config.model_copy(update={"remittance_mailbox": MAILBOX, **settings})
    firm.universe.deps = replace(firm.deps, config=config)
    return firm


def customer(firm: Firm, name: str = "Ash", email: str = "ap@ash.example") -> str:
    if firm.ledger == "quickbooks":
        said = {"DisplayName": name, "PrimaryEmailAddr": {"Address": email}}
        return str(firm.hand.create("Customer", said)["Id"])
    return str(firm.hand.create("Contacts", {"Name": name, "EmailAddress": email})["ContactID"])


def owes(firm: Firm, customer: str, start: int = 1) -> tuple[str, str]:
    first = firm.owe(customer, f"INV-{start}", "60.00")
    second = firm.owe(customer, f"INV-{start + 1}", "40.00")
    firm.settle()
    return first, second


def advice(start: int = 1) -> bytes:
    lines = f"INV-{start},60.00\nINV-{start + 1},40.00\n"
    return ADVICE.format(trace=f"EFT-555012{start}", lines=lines, total="100.00").encode()


def mails(firm: Firm, sender: str, *, start: int = 1, proof: str = "") -> None:
    mail = EmailMessage(policy=SMTP)
    if proof:
        mail["Authentication-Results"] = proof
    mail["From"] = f"Accounts <{sender}>"
    mail["To"] = advices.address_of(firm.deps, firm.connection_id)
    mail["Message-ID"], mail["Subject"] = f"<{start}-{sender}>", "Remittance"
    mail.set_content("see attached")
    mail.add_attachment(
        advice(start), maintype="application", subtype="octet-stream", filename="a.csv"
    )
    replies.accept(firm.deps, mail.as_bytes())
    firm.settle()


def pays(firm: Firm, line: str = "L1", text: str = "transfer", *, payer: str = "Ash") -> None:
    firm.bank(line, "100.00", text, payer=payer)
    firm.sweep()


def balances(firm: Firm, *invoices: str) -> list[int]:
    return [int(firm.books.balance(invoice)) for invoice in invoices]


@pytest.mark.parametrize("sender", ["ap@ash.example", "AP@Ash.example", "noreply@pay.ash.example"])
def test_the_payers_own_address_or_domain_speaks_for_its_money(firm: Firm, sender: str) -> None:
    invoices = owes(firm, customer(firm))
    mails(firm, sender)
    pays(firm)
    assert balances(firm, *invoices) == [0, 0]
    assert firm.asked() == []


@pytest.mark.parametrize(("known", "sender"), [
    ("ap@ash.example", "ap@evil.example"), ("ap@ash.example", "ap@ash.example.evil.example"),
    ("ap@ash.example", "ap@notash.example"), ("ash@gmail.com", "eve@gmail.com"),
    ("ash@yahoo.co.uk", "eve@yahoo.co.uk"), ("ap@pay.ash.example", "ap@ash.example"),
])  # fmt: skip
def test_anybody_elses_advice_is_a_suggestion_for_a_person(
    firm: Firm, known: str, sender: str
) -> None:
    invoices = owes(firm, customer(firm, email=known))
    mails(firm, sender)
    pays(firm)
    assert balances(firm, *invoices) == [60, 40]
    (asked,) = firm.asked()
    assert f"its advice came from {sender}" in asked.summary
    assert len(asked.options[0]["allocations"]) == 2
    firm.approve()
    assert balances(firm, *invoices) == [0, 0]


def test_an_address_of_a_free_provider_counts_where_it_is_the_contact_itself(firm: Firm) -> None:
    invoices = owes(firm, customer(firm, email="ash@gmail.com"))
    mails(firm, "ash@gmail.com")
    pays(firm)
    assert balances(firm, *invoices) == [0, 0]


def test_who_was_approved_once_is_known_for_that_payer_alone(firm: Firm) -> None:
    ash = customer(firm)
    owes(firm, ash)
    other = owes(firm, customer(firm, "Birch", "ap@birch.example"), 5)
    mails(firm, "pay@portal.example")
    pays(firm)
    firm.approve()
    later = owes(firm, ash, 3)
    mails(firm, "pay@portal.example", start=3)
    pays(firm, "L2")
    assert balances(firm, *later) == [0, 0]
    mails(firm, "pay@portal.example", start=5)
    pays(firm, "L3", payer="Birch")
    assert balances(firm, *other) == [60, 40]


def test_a_contact_that_a_person_added_counts(firm: Firm) -> None:
    ash = customer(firm)
    invoices = owes(firm, ash)
    contact = Contact(ash, Role.BILLING, email="pay@shared-services.example")
    with firm.deps.writing() as tx:
        contacts.add(tx, firm.connection_id, contact, by="ann", at=firm.deps.now())
    mails(firm, "pay@shared-services.example")
    pays(firm)
    assert balances(firm, *invoices) == [0, 0]


def test_a_person_who_gives_the_same_advice_in_vouches_for_it(firm: Firm) -> None:
    invoices = owes(firm, customer(firm))
    mails(firm, "ap@evil.example")
    pays(firm)
    assert len(firm.asked()) == 1
    advices.import_file(firm.deps, firm.connection_id, advice(), by="ann")
    firm.settle()
    firm.sweep()
    assert balances(firm, *invoices) == [0, 0]
    with firm.deps.reading() as tx:
        (kept,) = remittances.listed(tx, firm.connection_id)
    assert (kept.source, kept.sender) == ("file", "ap@evil.example")


def test_money_that_says_the_same_itself_needs_no_advice(firm: Firm) -> None:
    invoices = owes(firm, customer(firm))
    mails(firm, "ap@evil.example")
    pays(firm, text="INV-1 INV-2")
    assert balances(firm, *invoices) == [0, 0]


@pytest.mark.parametrize(("server", "proof", "counts"), [
    (SERVER, f"{SERVER}; dmarc=pass header.from=ash.example", True),
    (SERVER, f"{SERVER}; spf=fail; dkim=pass (2048-bit) header.d=ash.example", True),
    (SERVER, f"{SERVER}; dkim=pass header.d=evil.example; dmarc=fail", False),
    (SERVER, f"{SERVER}; spf=pass smtp.mailfrom=evil.example", False),
    (SERVER, f"{SERVER}; none", False),
    (SERVER, "mx.evil.example; dmarc=pass header.from=ash.example", False),
    (SERVER, "", False),
    ("", "", True),
    ("", "mx.somebody.example; dmarc=fail (p=NONE) header.from=ash.example", False),
])  # fmt: skip
def test_a_sender_whom_the_mail_server_does_not_vouch_for_is_nobody(
    open_firm: Opens, server: str, proof: str, *, counts: bool
) -> None:
    firm = opened(open_firm, "quickbooks", mail_auth_server=server)
    invoices = owes(firm, customer(firm))
    mails(firm, "ap@ash.example", proof=proof)
    pays(firm)
    assert balances(firm, *invoices) == ([0, 0] if counts else [60, 40])
    if not counts:
        (asked,) = firm.asked()
        assert "its mail server did not vouch for ap@ash.example" in asked.summary


def test_where_the_mail_server_writes_no_name_each_advice_is_approved_anew(
    open_firm: Opens,
) -> None:
    firm = opened(open_firm, "quickbooks", mail_auth_server=SERVER)
    ash = customer(firm)
    for start in (1, 3):
        invoices = owes(firm, ash, start)
        mails(firm, "ap@ash.example", start=start, proof="spf=pass smtp.mailfrom=ash.example;"
              " dkim=pass header.d=ash.example; dmarc=pass header.from=ash.example")  # fmt: skip
        pays(firm, f"L{start}")
        assert balances(firm, *invoices) == [60, 40]
        firm.approve()
        assert balances(firm, *invoices) == [0, 0]
