"""Every page, on a desk and on a phone: reachable for everybody, and nothing out of sight."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector import lease
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.inbound import replies, suggestions
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Capability, Mode
from providers.messages import Reply
from tests.browser.house import DESKTOP, PHONE, House
from tests.browser.seeing import faults, look, picture, waiting
from tests.browser.visits import at_work
from tests.providers.language.serving import Endpoint, serving

PATHS = (
    "/", "/people", "/rules", "/clients/1", "/clients/1/applied", "/clients/1/connections",
    "/clients/1/capabilities",
    "/clients/1/policy", "/clients/1/plan", "/clients/1/plan/week", "/clients/1/aging",
    "/clients/1/customers", "/clients/1/customers?find=1001", "/clients/1/audit?customer=alder",
    "/clients/1/sending", "/clients/1/audit", "/clients/1/statements", "/clients/1/worklist",
    "/clients/1/reports", "/clients/1/letters", "/clients/1/disputes", "/clients/1/wording",
    "/clients/1/shadow", "/clients/1/notices", "/connections/1/customers/1",
    "/clients/1/audit?decision=x", "/clients/1/calls", "/why/1", "/nowhere",
    "/disconnected/quickbooks",
)  # fmt: skip


@pytest.fixture
def shop(house: House, request: pytest.FixtureRequest) -> Page:
    """Signed in at a shop where money waits for an answer, at a desk unless a test says where."""
    realm = house.company("quickbooks", "Corner Shop")
    hand = house.vendors.quickbooks.act(realm)
    alder = hand.create("Customer", {"DisplayName": "Alder & Sons"})["Id"]
    hand.create("Invoice", {
        "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"}, "DocNumber": "1001",
        "TxnDate": "2026-01-20", "DueDate": "2026-02-19",
        "Line": [{"Amount": Decimal("120.00"), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })  # fmt: skip
    page = at_work(house, size=getattr(request, "param", DESKTOP))
    allowing.switch(house.deps, 1, Capability.CASH, Mode.COPILOT, by="tests")
    hand.create("Payment", {
        "CustomerRef": {"value": alder}, "CurrencyRef": {"value": "USD"},
        "TotalAmt": Decimal("120.00"), "TxnDate": date(2026, 3, 1).isoformat(),
        "PaymentRefNum": "1001",
    })  # fmt: skip
    house.settle(lambda: bool(waiting(house)))
    return page


def test_every_page_is_for_everybody(shop: Page, tmp_path: Path) -> None:
    for number, path in enumerate(PATHS):
        shop.goto(path)
        look(shop, tmp_path / f"page-{number}.png")
        assert shop.locator("h1").count() == 1
        assert shop.title().endswith("| Ledgerhand")


def test_a_stranger_can_use_the_first_page(house: House, shop: Page, tmp_path: Path) -> None:
    page = house.page(PHONE)
    page.goto("/")
    picture(page, tmp_path / "welcome.png")
    assert faults(page) == []
    assert shop


def test_by_keyboard_alone_a_question_is_answered(house: House, shop: Page) -> None:
    shop.goto("/clients/1")
    shop.keyboard.press("Tab")
    expect(shop.get_by_role("link", name="Skip to the content")).to_be_focused()
    shop.keyboard.press("Enter")
    approve = shop.get_by_role("button", name="Approve: Apply USD 120.00 to invoice 1001")
    for _ in range(30):
        shop.keyboard.press("Tab")
        if approve.evaluate("it => it === document.activeElement"):
            break
    expect(approve).to_be_focused()
    shop.keyboard.press("Enter")
    expect(shop.get_by_text("Approved. It is on its way.")).to_be_visible()
    house.settle(lambda: not waiting(house))
    shop.reload()
    expect(shop.get_by_text("Applied USD 120.00 to invoice 1001")).to_be_visible()


@pytest.mark.parametrize("shop", [PHONE], ids=["phone"], indirect=True)
def test_on_a_phone_the_pages_stand_in_a_menu_that_keys_open(shop: Page, tmp_path: Path) -> None:
    shop.goto("/clients/1")
    link = shop.get_by_role("link", name="Bank files")
    expect(link).to_have_count(0)
    menu = shop.get_by_role("navigation").locator("summary")
    menu.focus()
    shop.keyboard.press("Enter")
    expect(link).to_be_visible()
    look(shop, tmp_path / "menu.png")
    link.press("Enter")
    expect(shop).to_have_url(re.compile("/clients/1/statements$"))


def suggest(house: House, *findings: dict[str, object]) -> None:
    """A model reads what was answered, where the client wants that."""
    wanted = policy.Policy.model_validate({"dunning": {"suggest": True}})
    with serving(Endpoint(answers=lambda _shown: json.dumps(findings))) as model:
        config = house.deps.config.model_copy(
            update={"language_url": model.url, "language_model": "small"}
        )
        with house.deps.writing() as tx:
            policy.save(tx, 1, wanted, at=house.deps.now(), by="tests")
            connection = tenants.connection(tx, 1)
        with lease.held(house.deps, "decide", 1) as fence:
            assert fence is not None
            suggestions.run(replace(house.deps, config=config), connection, fence)


def test_what_a_customer_answered_is_read_on_today(
    house: House, shop: Page, tmp_path: Path
) -> None:
    reply = Reply(
        "<r@alder.example>", ("<k@x>",), "ann@alder.example", "Re: Invoice 1001",
        "We pay on Friday.\n\nAnn " + "x" * 200, house.deps.now(), automatic=False,
    )  # fmt: skip
    replies.keep(house.deps, (1, "1"), reply)
    suggest(house, {
        "kind": "promise", "quote": "We pay on Friday.", "invoices": [], "on": "2026-03-06",
    })  # fmt: skip
    shop.goto("/clients/1")
    expect(shop.get_by_text("We pay on Friday.").first).to_be_visible()
    look(shop, tmp_path / "answered.png")
    shop.get_by_role("button", name="Write down: USD 120.00 on 1001 by 06 Mar 2026").click()
    expect(shop.get_by_text("Written down: USD 120.00 by 06 Mar 2026.")).to_be_visible()
    shop.get_by_role("link", name="Alder & Sons").first.click()
    look(shop, tmp_path / "customer.png")
    shop.get_by_role("button", name="Read; go on").click()
    expect(shop.get_by_text("Read. Reminders go on unless something else")).to_be_visible()
    expect(shop.get_by_text("We pay on Friday.").first).to_be_visible()


def test_a_policy_with_faults_is_told_at_the_field(shop: Page, tmp_path: Path) -> None:
    shop.goto("/clients/1/policy")
    shop.get_by_label("The policy, as JSON").fill('{"freshness_minutes_max": 0, "colour": 1}')
    shop.get_by_role("button", name="Save as version 1").click()
    expect(shop.get_by_role("alert")).to_contain_text("freshness_minutes_max")
    expect(shop.get_by_role("alert")).to_contain_text("colour")
    expect(shop.get_by_label("The policy, as JSON")).to_have_value(
        '{"freshness_minutes_max": 0, "colour": 1}'
    )
    picture(shop, tmp_path / "policy-faults.png")
    assert faults(shop) == []


def test_a_broken_connection_is_loud_and_for_everybody(
    house: House, shop: Page, tmp_path: Path
) -> None:
    with house.deps.writing() as tx:
        broken: Connection = tenants.connection(tx, 1)
        tenants.set_state(tx, broken.id, tenants.State.RECONNECT, "the tokens are dead")
    shop.goto("/clients/1/connections")
    picture(shop, tmp_path / "broken.png")
    assert faults(shop) == []
    expect(shop.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("shop", [DESKTOP], ids=["desktop"], indirect=True)
def test_without_scripts_the_forms_do_the_same(house: House, shop: Page) -> None:
    context = house.browser.new_context(
        base_url=house.url, java_script_enabled=False, storage_state=shop.context.storage_state()
    )
    house.contexts.append(context)
    page = context.new_page()
    page.goto("/clients/1")
    page.get_by_role("button", name="Leave it as it is").click()
    expect(page.get_by_text("Left as it is.")).to_be_visible()
    assert waiting(house) == []
