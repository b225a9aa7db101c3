"""The pages about one client: audit, why, calls, capabilities, policy, and how old the data is."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest

from connector.clients import meter, sweeps
from connector.clients.tenants import State
from connector.evidence.payouts import PROCESSORS
from connector.receiving import payout_rounds
from connector.rules import policy
from connector.rules.modes import Capability, Mode
from providers.quickbooks.oauth import CONNECT_SCOPES
from providers.xero.oauth import SCOPES
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import CSRF, Office
from ui_embed import words


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def test_the_trail_tells_what_happened_and_leads_to_why(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/audit")
    for told in (
        "Connected the company", "Completed the first import", "Changed what Ledgerhand may do",
        "Decided about money that came in", 'href="/why/1"',
    ):  # fmt: skip
        assert told in page


def test_the_trail_of_one_decision(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/audit?decision=1")
    assert "Decided about money that came in" in page
    assert "Completed the first import" not in page
    for nothing in ("99", str(10**30)):
        page = shop.owner.page(f"/clients/1/audit?decision={nothing}")
        assert "Nothing is written here about this decision." in page
    page = shop.owner.page("/clients/1/audit?decision=<b>")
    assert "Write the number alone" in page
    assert "<b>" not in page


def test_why_shows_what_it_was_decided_on_and_what_followed(shop: Shop) -> None:
    assert "Nothing was written to the ledger" in shop.owner.page("/why/1")
    shop.owner.post("/approvals/1/approve", on="/clients/1", option="0")
    shop.tick()
    page = shop.owner.page("/why/1")
    for told in (
        "Decision 1: why", "version 0", "Copilot", "Applied USD 120.00 to invoice 1001",
        "&#34;items&#34;", "Approved applying money",
    ):  # fmt: skip
        assert told in page, told


def test_the_meter_shows_the_calls_that_were_counted(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/calls")
    deps = shop.desk.universe.deps
    with deps.reading() as tx:
        rows = meter.days(tx, 1, deps.now().date())
    assert rows
    for _, kind, calls in rows:
        assert f'<th scope="row">{kind}</th><td class="number">{calls}</td>' in page
    assert f"{sum(calls for _, _, calls in rows)} calls" in page


def test_a_capability_is_switched_by_its_form(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/capabilities")
    assert "Switched on:" in page
    assert 'value="copilot" id="cash-copilot" checked' in page
    shop.owner.post("/clients/1/capabilities", on="/clients/1/capabilities", cash="autopilot")
    assert "Apply cash is now: Autopilot." in shop.owner.page("/clients/1/capabilities")
    assert shop.mode() is Mode.AUTOPILOT
    assert shop.states()[2] == "off"


def test_a_mode_that_there_is_not_changes_nothing(shop: Shop) -> None:
    answer = shop.owner.post("/clients/1/capabilities", remind="shadow", cash="everything")
    assert answer.status_code == 400
    assert shop.mode() is Mode.COPILOT
    assert shop.states()[2] == "off"


def test_a_new_policy_is_pasted_or_uploaded(shop: Shop) -> None:
    where = "/clients/1/policy"
    assert "The policy that everybody starts with" in shop.owner.page(where)
    slower = json.dumps({"freshness_minutes_max": 45})
    shop.owner.post(where, on=where, document=slower, reason="the ledger is slow")
    page = shop.owner.page(where)
    assert "Version 1 is in force. Everything is looked at again under it." in page
    token = CSRF.search(page)
    assert token
    file = io.BytesIO(b'{"freshness_minutes_max": 50}')
    form = {"csrf_token": token[1], "document": "", "reason": "slower still", "base": "1",
            "file": (file, "policy.json")}  # fmt: skip
    shop.owner.client.post(where, data=form)
    assert current(shop) == (2, 50)


def test_every_fault_of_a_policy_is_named_and_nothing_is_saved(shop: Shop) -> None:
    where = "/clients/1/policy"
    bad = json.dumps({
        "freshness_minutes_max": 0, "dunning": {"locale": "xx_<b>"}, "colour": 1,
    })  # fmt: skip
    answer = shop.owner.post(where, on=where, document=bad)
    assert answer.status_code == 422
    for named in ("3 faults", "freshness_minutes_max:", "dunning.locale:", "colour:", "Nothing"):
        assert named in answer.text, named
    assert "xx_&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert current(shop) == (0, 30)


@pytest.mark.parametrize("document", ["", "{", "[]", "\x00", "9" * 100_000])
def test_what_is_no_policy_is_refused(shop: Shop, document: str) -> None:
    where = "/clients/1/policy"
    assert shop.owner.post(where, on=where, document=document).status_code == 422
    assert current(shop) == (0, 30)


def current(shop: Shop) -> tuple[int, int]:
    with shop.desk.universe.deps.reading() as tx:
        version = policy.current(tx, 1)
    return version.number, version.policy.freshness_minutes_max


@pytest.mark.parametrize(
    "path",
    ["/", "/clients/1", "/clients/1/applied", "/clients/1/connections", "/clients/1/audit",
     "/clients/1/calls", "/clients/1/capabilities", "/clients/1/policy", "/clients/1/plan",
     "/clients/1/plan/week", "/clients/1/aging", "/clients/1/deductions", "/clients/1/learned",
     "/why/1"],
)  # fmt: skip
def test_every_page_tells_how_old_its_data_is(shop: Shop, path: str) -> None:
    shop.desk.universe.world.clock.advance(timedelta(minutes=5))
    page = shop.owner.page(path)
    assert "Corner Shop (QuickBooks Online):" in page
    assert "5 minutes ago" in page
    shop.desk.universe.world.clock.advance(timedelta(hours=2))
    page = shop.owner.page(path)
    assert "2 hours ago" in page
    assert "Messages are held back" in page


@pytest.mark.parametrize("path", ["/", "/clients/1", "/clients/1/connections", "/why/1"])
def test_quickbooks_is_never_abbreviated(shop: Shop, path: str) -> None:
    assert "QBO" not in shop.owner.page(path)


def test_the_connections_tell_when_payouts_were_read_and_what_is_in_the_way(shop: Shop) -> None:
    deps, where = shop.desk.universe.deps, "/clients/1/connections"
    assert "Stripe payouts" not in shop.owner.page(where)
    with deps.writing() as tx:
        payout_rounds.done(tx, 1, "stripe", now=deps.now())
    shop.desk.universe.world.clock.advance(timedelta(hours=3))
    assert "3 hours ago</time>." in page_of_payouts(shop)
    with deps.writing() as tx:
        payout_rounds.begin(tx, 1, "stripe", now=deps.now())
        payout_rounds.failed(
            tx, 1, "stripe", "the key is dead <b>", asked=timedelta(hours=2), now=deps.now()
        )
    page = page_of_payouts(shop)
    assert "The key is dead &lt;b&gt;." in page
    assert "02 Mar 2026, 14:00 EST" in page


def page_of_payouts(shop: Shop) -> str:
    """What the page of connections says of Stripe."""
    page = shop.owner.page("/clients/1/connections")
    return page[page.index("Stripe payouts") :].partition("</dd>")[0]


def test_every_permission_has_its_reason() -> None:
    assert set(words.SCOPES["quickbooks"]) == set(CONNECT_SCOPES)
    assert set(words.SCOPES["xero"]) == set(SCOPES)


def test_every_mode_capability_and_state_has_its_words() -> None:
    assert set(words.MODES) == set(Mode)
    assert set(words.CAPABILITIES) == set(Capability)
    assert set(words.STATES) == set(State)
    assert set(words.PROCESSORS) == set(PROCESSORS)


def test_the_status_says_why_the_nightly_check_could_not_be_made(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        sweeps.keep(tx, 1, compared_at=deps.now(), compare_result={"refused": "not <allowed>"})
    page = shop.owner.page("/clients/1/connections")
    assert "the ledger did not give its report" in page
    assert "Not &lt;allowed&gt;." in page
    assert "balance that was compared agrees" not in page
