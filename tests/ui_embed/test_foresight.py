"""What the pages show before anything is done: the first day, dates, the plan, the aging."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector import agenda
from connector.correspondence import messages
from connector.rule_changes import allowing, preview
from connector.rules import policy
from tests.simulation.books import QuickBooksBooks
from tests.simulation.universe import START
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import CSRF, Office
from ui_embed import capabilities

CAPABILITIES, POLICY = "/clients/1/capabilities", "/clients/1/policy"
RAMP = {"dunning": {"ramp_per_day": 3}}
LATER = {
    "dunning": {"steps": [{"name": "late", "offset_days": 13, "tone": "final"}], "ramp_per_day": 2}
}


def text(page: str) -> str:
    """What a reader sees, on one line."""
    cells = re.sub(r"</t[hd]>", " ", page)
    return " ".join(re.sub(r"<[^>]+>", "", cells).split())


@pytest.fixture
def shop(desk: Office) -> Shop:
    """Besides Alder, who has sent money that waits, 7 customers are late and one is not yet."""
    made = busy_shop(desk)
    book = QuickBooksBooks(desk.universe, made.realm)
    for number in range(7):
        book.invoice(
            book.customer(f"Late{number}"), f"20{number}", amount=Decimal("1234.50"),
            issued=date(2026, 1, 20), due=date(2026, 2, 19 - number),
        )  # fmt: skip
    book.invoice(
        book.customer("Birch"), "3000", amount=Decimal("80.00"), issued=date(2026, 2, 26),
        due=date(2026, 3, 20),
    )  # fmt: skip
    desk.universe.settle()
    allowing.set_policy(desk.universe.deps, 1, policy.parse(json.dumps(RAMP)), by="tests")
    desk.universe.settle()
    return made


def written(shop: Shop) -> int:
    """How many customers a step was taken for."""
    with shop.desk.universe.deps.reading() as tx:
        return len(messages.customers_asked_since(tx, 1, START - timedelta(days=1)))


def version(shop: Shop) -> int:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1).number


def test_before_reminders_are_switched_on_the_page_says_how_many_will_be_written_to(
    shop: Shop,
) -> None:
    page = text(shop.owner.page(CAPABILITIES))
    assert (
        "3 customers will be written to on day 1 (of 7 who are due); the others follow at 3 a day."
        in page
    )
    assert "They are asked for USD 3,703.50." in page
    assert "put before a person" not in page, "money that came in may be for it"
    shop.owner.post(CAPABILITIES, on=CAPABILITIES, remind="autopilot")
    shop.tick()
    assert written(shop) == 3
    assert "on day 1" not in shop.owner.page(CAPABILITIES)
    shop.desk.universe.pass_time(timedelta(days=1))
    assert written(shop) == 6


def test_in_a_large_book_the_first_day_is_shown_on_demand(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capabilities, "AT_ONCE_MAX", 8)
    page = shop.owner.page(CAPABILITIES)
    assert "on day 1" not in page
    link = f"{CAPABILITIES}?ahead=1"
    assert f'href="{link}"' in page
    assert "3 customers will be written to on day 1" in text(shop.owner.page(link))


def test_in_copilot_too_nobody_but_those_is_asked_about(shop: Shop) -> None:
    assert "In copilot nothing goes out before you approve it." in text(
        shop.owner.page(CAPABILITIES)
    )
    shop.owner.post(CAPABILITIES, on=CAPABILITIES, remind="copilot")
    shop.tick()
    assert text(shop.owner.page("/clients/1")).count("Approve: Send the") == 3
    assert written(shop) == 0


def test_the_policy_page_shows_when_the_newest_invoice_takes_each_step(shop: Shop) -> None:
    page = text(shop.owner.page(POLICY))
    assert "When invoice 3000 (due 20 Mar 2026) would take each step" in page
    for told in (
        "Upcoming 16 Mar 2026, 09:00 EDT", "Friendly 23 Mar 2026, 09:00 EDT",
        "Reminder 30 Mar 2026, 09:00 EDT", "Final 13 Apr 2026, 09:00 EDT",
    ):  # fmt: skip
        assert told in page, told
    assert "Not saved yet" not in page


def test_another_policy_is_shown_beside_the_one_in_force_and_not_saved(shop: Shop) -> None:
    answer = shop.owner.post(f"{POLICY}/preview", on=POLICY, document=json.dumps(LATER))
    assert answer.status_code == 200
    page = text(answer.text)
    for told in (
        "Nothing is saved yet.", "2 customers will be written to on day 1 (of 5 who are due)",
        "the others follow at 2 a day", "Upcoming 16 Mar 2026, 09:00 EDT not taken",
        "Late not taken 02 Apr 2026, 09:00 EDT", "Save as version 2",
    ):  # fmt: skip
        assert told in page, told
    assert "offset_days&#34;: 13" in answer.text
    assert version(shop) == 1
    assert written(shop) == 0


def test_the_page_names_who_would_change_segment(shop: Shop) -> None:
    late = {"name": "all of them", "when": {"payer": ["new"]}}
    other = json.dumps({"dunning": {"ramp_per_day": 3, "segments": [late]}})
    page = text(shop.owner.post(f"{POLICY}/preview", on=POLICY, document=other).text)
    assert "Who would be in which segment: All of them (" in page
    assert "Who would change segment: From everybody to all of them (" in page
    assert version(shop) == 1
    assert "would change segment" not in text(shop.owner.page(POLICY))


def test_in_a_large_book_a_preview_looks_at_some_and_says_at_whom(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {"name": "all of them", "when": {"payer": ["new"]}}
    other = json.dumps({"dunning": {"ramp_per_day": 3, "segments": [late]}})
    whole = text(shop.owner.post(f"{POLICY}/preview", on=POLICY, document=other).text)
    assert "3 customers will be written to on day 1 (of 7 who are due)" in whole
    assert "in the order of their ids" not in whole
    monkeypatch.setattr(preview, "ON_A_PAGE_MAX", 5)
    page = text(shop.owner.post(f"{POLICY}/preview", on=POLICY, document=other).text)
    first = "the first 5 of 9 customers who owe"
    for told in (
        "3 customers will be written to on day 1 (of 4 who are due)",
        f"Looked at were {first} something, in the order of their ids: more may be due.",
        f"Segments were looked up for {first} or owed something, in the order of their ids.",
        "All of them (5)",
    ):
        assert told in page, told
    assert f"Looked at were {first} something" in text(shop.owner.page(CAPABILITIES))
    same = json.dumps({"dunning": {"ramp_per_day": 2, "segments": [late]}})
    allowing.set_policy(shop.desk.universe.deps, 1, policy.parse(other), by="tests")
    page = text(shop.owner.post(f"{POLICY}/preview", on=POLICY, document=same).text)
    assert "Nobody of these would change segment." in page


def test_the_firms_preview_looks_at_some_of_each_company_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = json.dumps({"dunning": {"segments": [{"name": "all", "when": {"payer": ["new"]}}]}})
    whole = text(shop.owner.post("/rules/preview", on="/rules", document=document).text)
    assert "9 customers come into another segment." in whole
    assert "Segments were looked up" not in whole
    monkeypatch.setattr(preview, "ON_A_PAGE_MAX", 5)
    page = text(shop.owner.post("/rules/preview", on="/rules", document=document).text)
    assert "5 customers come into another segment." in page
    assert "Segments were looked up for the first 5 of 9 customers who owe or owed" in page


def test_a_faulty_document_has_no_preview(shop: Shop) -> None:
    answer = shop.owner.post(f"{POLICY}/preview", on=POLICY, document='{"dunning": 1}')
    assert answer.status_code == 422
    assert "dunning:" in answer.text
    assert "Nothing is saved yet." not in answer.text
    assert version(shop) == 1


def test_more_is_applied_without_a_person_only_once_somebody_says_why(shop: Shop) -> None:
    freer = json.dumps({**RAMP, "matching": {"apply_by": ["exact", "credit"]}})
    refused = shop.owner.post(POLICY, on=POLICY, document=freer)
    assert refused.status_code == 422
    page = text(refused.text)
    assert "more would be done without a person than now: matching.apply_by; say why" in page
    assert "A credit note is taken off silently named_less_credit nothing known" in page
    assert version(shop) == 1
    given = {"document": freer, "reason": "the backtest agrees"}
    assert shop.owner.post(POLICY, on=POLICY, **given).status_code == 303
    assert version(shop) == 2


def test_an_uploaded_document_is_previewed_too(shop: Shop) -> None:
    token = CSRF.search(shop.owner.page(POLICY))
    assert token
    file = io.BytesIO(json.dumps(LATER).encode())
    form = {"csrf_token": token[1], "document": "", "file": (file, "policy.json")}
    answer = shop.owner.client.post(f"{POLICY}/preview", data=form)
    assert "2 customers will be written to on day 1" in text(answer.text)
    assert version(shop) == 1


def test_an_old_version_can_still_be_read(shop: Shop) -> None:
    shop.owner.post(POLICY, on=POLICY, document=json.dumps(LATER))
    page = shop.owner.page(POLICY)
    assert "Read version 1" in page
    assert "&#34;ramp_per_day&#34;: 3," in page


def test_the_plan_has_a_next_step_or_a_reason_for_everybody(shop: Shop) -> None:
    page = text(shop.owner.page("/clients/1/plan"))
    assert "8 customers have something overdue, and each has a next step or a reason." in page
    assert page.count("Reminders are switched off") + page.count("reminders are switched off") == 9
    shop.owner.post(CAPABILITIES, on=CAPABILITIES, remind="autopilot")
    shop.tick()
    page = text(shop.owner.page("/clients/1/plan"))
    assert "Birch. USD: the next step, " in page
    assert "is due on Mon 16 Mar 2026 at 09:00 (America/New_York)." in page
    assert "Nothing overdue; looked at again 16 Mar 2026, 09:00 EDT" in page
    assert "Alder. USD: no invoice can be reminded of" in page
    assert "money that came in may be for it" in page
    assert page.count("3 customers are written to today already") == 4


def test_the_week_ahead_is_shown_day_by_day(shop: Shop) -> None:
    week = "/clients/1/plan/week"
    assert "Reminders are switched off, so nothing is planned." in text(shop.owner.page(week))
    shop.owner.post(CAPABILITIES, on=CAPABILITIES, remind="autopilot")
    shop.tick()
    page = text(shop.owner.page(week))
    monday, tuesday = page.index("Monday 02 March"), page.index("Tuesday 03 March")
    assert page[monday:tuesday].count("on its way") == 3, "the ramp of today"
    assert "Alder" not in page[monday:tuesday], "money that came in may be for it"
    assert page[tuesday:].count("goes out by itself") == 7
    assert "segment everybody" not in page
    assert "(0 years)" not in page
    assert "Late0. Reminder by email, USD 1,234.50, invoice 200: goes out by itself." in page


def test_a_question_about_who_has_no_address_does_not_say_by_email(shop: Shop) -> None:
    book = QuickBooksBooks(shop.desk.universe, shop.realm)
    hand = shop.desk.universe.vendors.quickbooks.act(shop.realm)
    nobody = str(hand.create("Customer", {"DisplayName": "Unreached"})["Id"])
    book.invoice(
        nobody, "4000", amount=Decimal("90.00"), issued=date(2026, 1, 20),
        due=date(2026, 2, 12),
    )  # fmt: skip
    shop.tick()
    shop.owner.post(CAPABILITIES, on=CAPABILITIES, remind="copilot")
    page = text(shop.owner.page("/clients/1/plan/week"))
    about = page[page.index("Unreached.") :].split(":")[0]
    assert "USD 90.00" in about
    assert "by email" not in about


def test_an_overdue_account_that_nobody_looks_at_is_said_loudly(shop: Shop) -> None:
    with shop.desk.universe.deps.writing() as tx:
        (item,) = [i for i in agenda.planned(tx, 1) if i.customer_id == "1"]
        agenda.settle(tx, 1, item, look_at=None, reason="")
    page = text(shop.owner.page("/clients/1/plan"))
    assert "1 of 8 customers with something overdue have neither" in page
    assert page.index("Alder. There is neither a next step nor a reason.") < page.index("Late0")


def test_the_aging_is_shown_by_bucket_with_who_owes_most(shop: Shop) -> None:
    page = text(shop.owner.page("/clients/1/aging"))
    for told in (
        "Owed in USD on 02 Mar 2026", "Current 80.00 0.00 80.00",
        "1-30 8,761.50 -120.00 8,641.50", "Over 90 0.00 0.00 0.00",
        "Total 8,841.50 -120.00 8,721.50", "Who owes most in USD", "Late0 1,234.50",
    ):  # fmt: skip
        assert told in page, told
    assert "Alder" not in page
