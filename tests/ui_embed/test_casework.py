"""The case on the customer's page and beside the question of a referral: fetched, taken back."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from connector import audit
from connector.decided import approvals, decisions, formal_steps
from connector.decided.formal_steps import FormalStep
from dunning.rules.steps import Do
from providers.money import Money
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office

CUSTOMER = "/connections/1/customers/1"
PACK = f"{CUSTOMER}/case.zip"
REVOKE = "/connections/1/formal-steps/1/revoke"


@pytest.fixture
def shop(desk: Office) -> Shop:
    """The customer is with an agency."""
    made = busy_shop(desk)
    deps = desk.universe.deps
    with deps.writing() as tx:
        formal_steps.keep(
            tx, 1, decision_id=1, customer_id="1", do=Do.REFERRAL, total=Money.of("120", "USD"),
            invoice_ids=[made.invoice], first_by="ann", by="bob", at=deps.now(),
        )  # fmt: skip
    return made


def kept(shop: Shop) -> FormalStep:
    with shop.desk.universe.deps.reading() as tx:
        (step,) = formal_steps.listed(tx, 1)
    return step


def packs(shop: Shop) -> list[str]:
    """Who made one."""
    with shop.desk.universe.deps.reading() as tx:
        found = audit.entries(tx, 1, last=10_000)
    return [entry.actor for entry in found if entry.event == "case_pack.made"]


def test_the_case_is_fetched_as_one_zip_from_the_customers_page(shop: Shop) -> None:
    page = shop.owner.page(CUSTOMER)
    assert "Referral about USD 120.00, ann and bob" in page
    assert f'action="{PACK}"' in page
    with shop.owner.post(PACK, on=CUSTOMER) as answer:
        assert answer.mimetype == "application/zip"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=case-Alder-2")
        with ZipFile(io.BytesIO(answer.data)) as archive:
            names = archive.namelist()
            index = archive.read("index.html").decode()
    assert {"statement.pdf", "invoices/01-1001.pdf"} <= set(names)
    assert "Case of Alder" in index
    assert packs(shop) == [OWNER]


def test_a_referral_is_taken_back_with_a_reason_and_once(shop: Shop) -> None:
    shop.owner.post(REVOKE, on=CUSTOMER, reason=" ")
    assert "Not done: write why it is taken back" in shop.owner.page(CUSTOMER)
    assert kept(shop).in_force
    shop.owner.post(REVOKE, on=CUSTOMER, reason="they <i>paid</i>")
    page = shop.owner.page(CUSTOMER)
    assert "The referral is taken back." in page
    assert f"by {OWNER}: they &lt;i&gt;paid&lt;/i&gt;" in page
    assert REVOKE not in page
    shop.owner.post(REVOKE, on=CUSTOMER, reason="again")
    assert "was taken back before" in shop.owner.page(CUSTOMER)
    assert kept(shop).reason == "they <i>paid</i>"


def test_the_question_about_a_referral_leads_to_the_case(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        decision_id = decisions.record(
            tx, 1, at=deps.now(), capability="remind", subject="customer:1/USD", mode="autopilot",
            action="ask", rule="ask", policy_version=1, inputs={}, outcome={},
        )  # fmt: skip
        option = {"text": "I am for it", "by_person": "referral", "key": "k", "places": [],
                  "reminder": {"effect": "send_reminder", "customer_id": "1", "step": "referral",
                               "invoice_ids": [], "stages": [],
                               "total": {"amount": "120.00", "currency": "USD"}}}  # fmt: skip
        approvals.ask(
            tx, 1, decision_id=decision_id, capability="remind", subject="customer:1/USD",
            summary="Alder: a referral is a person's decision", options=[option], at=deps.now(),
        )  # fmt: skip
    assert f'action="{PACK}"' in shop.owner.page("/clients/1")


def test_somebody_else_gets_no_case_and_takes_nothing_back(shop: Shop) -> None:
    stranger = shop.stranger()
    for path in (PACK, REVOKE, "/connections/2/formal-steps/1/revoke"):
        assert stranger.post(path, reason="mine").status_code == 404
    assert shop.owner.post("/connections/1/customers/99/case.zip", on=CUSTOMER).status_code == 404
    assert shop.owner.client.post(PACK).status_code == 400, "a form of ours has a token"
    assert (packs(shop), kept(shop).in_force) == ([], True)
