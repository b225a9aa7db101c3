"""The account page at its door: who is let in, what it gives away, in whose name and language."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.clients import tenants
from connector.commitments import payment_plans, promises
from connector.inbound import portal
from connector.mirroring import mirror
from dunning.deciding.instalments import Every, in_parts
from dunning.words.phrases import LANGUAGES, phrases_of
from providers.ledger import Invoice, Kind
from providers.simulated.faults import Fault
from tests.connector.by_post import customer_at
from tests.connector.faulty import make_readable, make_unreadable
from tests.connector.firm import Firm
from tests.connector.office import connect
from tests.connector.post import BROWSER
from tests.simulation.books import books_of
from tests.simulation.clerk import clerk_of
from tests.simulation.universe import save_policy
from tests.ui_embed.office import CSRF, Office, Visitor, company_of

pytestmark = pytest.mark.either_ledger

NAME = 'Alder & <script>alert("1")</script> {{ 7*7 }}'
LOGO = "https://cdn.cedar.example/logo.png"
BRAND = {"sender_name": "Cedar <Co>", "colour": "#ffcc00", "logo_url": LOGO}
SECRET_HEADERS = {
    "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}  # fmt: skip


@dataclass
class Door:
    desk: Office
    customer: str
    path: str
    visitor: Visitor

    def get(self, tail: str = "", **how: Any) -> TestResponse:
        return self.visitor.get(f"{self.path}{tail}", headers={"User-Agent": BROWSER}, **how)

    def send(self, form: str, **fields: Any) -> TestResponse:
        token = CSRF.search(self.get().text)
        assert token
        return self.visitor.client.post(
            f"{self.path}/{form}", data={"csrf_token": token[1], **fields},
            headers={"User-Agent": BROWSER},
        )  # fmt: skip


@pytest.fixture
def door(desk: Office, ledger: str) -> Door:
    """A customer with an overdue invoice and a credit, and a link that a person made."""
    universe = desk.universe
    company = company_of(desk, ledger, "Corner Shop")
    firm = Firm(universe, ledger, company, books_of(universe, ledger, company), mailbox=None)  # type: ignore[arg-type]
    customer = customer_at(firm, NAME)
    firm.owe(customer, "<i>1001</i>", "120.00", late_days=4)
    clerk = clerk_of(universe.vendors, ledger, company, firm.world.store)
    clerk.leave(customer, firm.today, "WIRE 7", "30.00")
    owner, user = desk.visitor(), f"books@{ledger}.example"
    owner.sign_in(ledger, user, company)
    owner.connect(ledger, user, company)
    universe.settle()
    universe.connections[ledger] = desk.connections()[0].id
    save_policy(universe, ledger, portal=True, brand=BRAND)
    return Door(desk, customer, link(desk, customer), desk.visitor())


def link(desk: Office, customer: str) -> str:
    deps = desk.universe.deps
    with deps.writing() as tx:
        made = portal.by_hand(tx, deps.config, 1, customer, at=deps.now())
    desk.universe.pass_time(timedelta(minutes=1))
    return f"/account/{made.token}"


def test_what_is_open_is_shown_and_hostile_names_are_text(door: Door) -> None:
    page = door.get().text
    for told in ("Cedar &lt;Co&gt;", "Alder &amp; &lt;script&gt;", "{{ 7*7 }}", "$120.00",
                 "&lt;i&gt;1001&lt;/i&gt;", "4 days overdue", "Less credit on your account",
                 "$30.00", "$90.00"):  # fmt: skip
        assert told in page, told
    assert "<script" not in page
    assert "<i>" not in page


def test_it_says_where_to_pay_to_as_the_brand_has_it(door: Door, ledger: str) -> None:
    assert "Payment details" not in door.get().text
    details = ["First Bank & Trust", "<b>IBAN</b> DE02 1203 0000 0000 2020 51", "{{ 7*7 }}"]
    brand = {**BRAND, "payment_details": details}
    save_policy(door.desk.universe, ledger, portal=True, brand=brand)
    page = door.get().text
    assert (
        "<strong>Payment details</strong><br>First Bank &amp; Trust<br>"
        "&lt;b&gt;IBAN&lt;/b&gt; DE02 1203 0000 0000 2020 51<br>{{ 7*7 }}</p>"
    ) in page
    assert "<b>IBAN" not in page


def test_under_a_payment_plan_only_what_is_due_is_to_be_paid_and_all_can_be_disputed(
    door: Door,
) -> None:
    deps = door.desk.universe.deps
    today = deps.now().date()
    with deps.writing() as tx:
        connection = tenants.connection(tx, 1)
        (invoice,) = mirror.open_records(tx, 1, [Kind.INVOICE])
        assert isinstance(invoice, Invoice)
        parts = in_parts(invoice.open, 3, today, Every.MONTH)
        payment_plans.agree(
            tx, connection, [invoice], parts, words="", by="ann", at=deps.now()
        )  # fmt: skip
    page = " ".join(re.sub(r"<[^>]+>", " ", door.get().text).split())
    assert "Less what is due later $80.00 Less credit on your account $30.00" in page
    assert "Total to pay $10.00" in page
    assert "clarified" not in page.partition("Total to pay")[0]
    wrong = {"invoice": invoice.id, "type": "quality", "amount": "120.01", "words": "wet"}
    assert "$120.00" in door.send("dispute", **wrong).text


def test_the_address_stays_between_the_customer_and_us(door: Door) -> None:
    answer = door.get()
    assert SECRET_HEADERS.items() <= dict(answer.headers).items()
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert (
        f"img-src 'self' data: {LOGO.removesuffix('/logo.png')};"
        in (answer.headers["Content-Security-Policy"])
    )
    cookies = [it for name, it in answer.headers if name == "Set-Cookie"]
    assert all("HttpOnly" in it for it in cookies)
    with door.visitor.client.session_transaction() as session:
        assert set(session) == {"csrf_token"}


def test_the_page_has_the_clients_colour_so_that_it_can_be_read(door: Door) -> None:
    sheet = door.get("/brand.css")
    assert sheet.mimetype == "text/css"
    assert "--brand: #ffcc00; --on-brand: #1a1a1a;" in sheet.text
    assert "--accent: #1a1a1a;" in sheet.text


@pytest.mark.parametrize(("locale", "told"), [
    ("de_DE", "Ihr Konto bei"), ("fr_FR", "Votre compte chez"), ("es_ES", "Su cuenta en"),
    ("nl_NL", "Uw overzicht bij"), ("en_GB", "Your account at"), ("it_IT", "Your account at"),
])  # fmt: skip
def test_it_speaks_the_language_of_the_letters(door: Door, locale: str, told: str) -> None:
    save_policy(door.desk.universe, _ledger(door), portal=True, locale=locale)
    page = door.get().text
    assert told in page
    assert f'<html lang="{locale[:2] if locale != "it_IT" else "en"}">' in page
    assert "{" not in re.sub(r"\{\{ 7\*7 \}\}", "", page)


def test_a_copy_of_the_invoice_is_the_ledgers_own_once_a_minute(door: Door) -> None:
    assert "Copy of" in door.get().text
    with door.desk.universe.deps.reading() as tx:
        (invoice,) = mirror.open_records(tx, 1, [Kind.INVOICE])
    answer = door.send(f"invoices/{invoice.id}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert 'filename="i1001_i.pdf"' in answer.headers["Content-Disposition"]
    again = door.send(f"invoices/{invoice.id}.pdf")
    assert again.status_code == 422
    assert "The copy cannot be fetched just now" in again.text
    door.desk.universe.world.clock.advance(timedelta(minutes=1))
    assert door.send(f"invoices/{invoice.id}.pdf").status_code == 200


def test_only_what_is_open_on_this_account_can_be_fetched(door: Door) -> None:
    for elsewhere in ("999", "..", "x" * 400):
        assert door.send(f"invoices/{elsewhere}.pdf").status_code == 404
    path = f"{door.path}/invoices/1.pdf"
    assert door.visitor.get(path).status_code == 405, "a scanner that follows links fetches nothing"


def test_a_ledger_that_does_not_answer_is_told_in_words(door: Door, ledger: str) -> None:
    with door.desk.universe.deps.reading() as tx:
        (invoice,) = mirror.open_records(tx, 1, [Kind.INVOICE])
    door.desk.universe.world.faults.replace([Fault("503", on=rf"{ledger}\..*read", times=9)])
    answer = door.send(f"invoices/{invoice.id}.pdf")
    assert answer.status_code == 422
    assert "The copy cannot be fetched just now" in answer.text


def test_the_statement_is_a_pdf_for_a_button_and_once_a_minute(door: Door) -> None:
    today = door.desk.universe.deps.now().date()
    days = {"since": str(today - timedelta(days=60)), "until": str(today)}
    answer = door.send("statement.pdf", **days)
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    again = door.send("statement.pdf", **days)
    assert again.status_code == 422
    assert "cannot be made just now" in again.text
    assert door.get("/statement.pdf").status_code == 405


@pytest.mark.parametrize("days", [
    {"since": "2026-03-02", "until": "2026-03-01"}, {"since": "2026-01-01", "until": "2999-01-01"},
    {"since": "2001-01-01", "until": "2026-03-01"}, {"since": "x", "until": ""}, {},
    {"since": "0001-01-01", "until": "0001-01-01"},
])  # fmt: skip
def test_a_period_that_cannot_be_is_told(door: Door, days: dict[str, str]) -> None:
    answer = door.send("statement.pdf", **days)
    assert answer.status_code == 422
    assert "Choose a first and a last day" in answer.text


def test_a_form_that_is_not_ours_does_nothing(door: Door) -> None:
    fields = {"invoice": _invoice(door), "type": "price", "words": "x", "confirmed": "yes",
              "day": str(door.desk.universe.deps.now().date()), "amount": "1"}  # fmt: skip
    for form in ("promise", "dispute", "statement.pdf", f"invoices/{_invoice(door)}.pdf"):
        answer = door.visitor.client.post(f"{door.path}/{form}", data=fields)
        assert answer.status_code == 422
        assert "open for too long" in answer.text
    assert "is being clarified" not in door.get().text


@pytest.mark.parametrize("token", ["x", "0" * 40, "a'b", "é", "a" * 3000])
def test_who_has_no_link_sees_the_same_page_in_every_language(door: Door, token: str) -> None:
    answer = door.visitor.get(f"/account/{token}")
    assert answer.status_code == 404
    assert all(f'<p lang="{language}">' in answer.text for language in LANGUAGES)
    assert "Cedar" not in answer.text


def test_the_same_id_in_another_company_is_another_customer(door: Door) -> None:
    deps = door.desk.universe.deps
    elsewhere = connect(deps, "Elm Books")
    with deps.writing() as tx:
        made = portal.by_hand(tx, deps.config, elsewhere, door.customer, at=deps.now())
    assert door.visitor.get(f"/account/{made.token}").status_code == 404
    assert door.get().status_code == 200


def test_once_the_company_is_disconnected_the_page_is_gone(door: Door) -> None:
    owner = door.desk.visitor()
    ledger = _ledger(door)
    company = company_of(door.desk, ledger, "Corner Shop")
    owner.sign_in(ledger, f"books@{ledger}.example", company)
    owner.post("/disconnect/1", on="/clients/1/connections")
    assert door.get().status_code == 404


def _ledger(door: Door) -> str:
    return door.desk.connections()[0].ledger


def _invoice(door: Door) -> str:
    with door.desk.universe.deps.reading() as tx:
        (id_,) = mirror.open_ids(tx, 1, Kind.INVOICE)
    return id_


def test_a_fault_of_ours_is_told_in_every_language_and_nothing_is_kept(door: Door) -> None:
    deps = door.desk.universe.deps
    token = CSRF.search(door.get().text)
    assert token
    make_unreadable(deps, 1, door.customer)
    given = {"csrf_token": token[1], "invoice": "1", "amount": "1", "day": "2026-03-09"}
    answers = [door.get(), door.get("/brand.css")]
    answers += [
        door.visitor.client.post(f"{door.path}/{form}", data=given | {"confirmed": "yes"})
        for form in ("promise", "dispute", "statement.pdf", "invoices/1.pdf")
    ]
    for answer in answers:
        assert answer.status_code == 503
        assert SECRET_HEADERS.items() <= dict(answer.headers).items()
        for language in LANGUAGES:
            told = phrases_of(language).say("portal", "fault", "text")
            assert f'<p lang="{language}">{told}</p>' in html.unescape(answer.text)
        assert "1001" not in answer.text
    with deps.reading() as tx:
        assert promises.listed(tx, 1) == []
    make_readable(deps, 1)
    assert door.get().status_code == 200
