"""The wording page: two customers side by side, each letter in a frame of its own."""

from __future__ import annotations

from html import unescape

import pytest

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from dunning.checking import shipped
from dunning.rules.own_template import read
from dunning.rules.policy import DunningPolicy
from tests.connector.by_post import text_of
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def test_each_step_is_shown_for_a_reliable_and_a_chronic_payer(shop: Shop) -> None:
    page = shop.owner.page("/clients/1/wording")

    assert page.count("<iframe") == 10
    assert page.index("Reliable payer") < page.index("Chronic payer")
    assert "Subject: A quick note about invoice 1042" in page
    assert "Subject: Invoice 1042 was due on" in page
    assert "/clients/1/wording/direct/chronic" in page


def test_a_frame_holds_one_letter_and_can_run_and_load_nothing(shop: Shop) -> None:
    answer = shop.owner.get("/clients/1/wording/direct/chronic?language=fr")

    told = answer.get_data(as_text=True)
    assert "Madame, Monsieur," in told
    rules = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "frame-ancestors 'self'" in rules
    assert "script-src" not in rules
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_only_the_page_of_letters_may_hold_frames(shop: Shop) -> None:
    assert "frame-src" in shop.owner.get("/clients/1/wording").headers["Content-Security-Policy"]
    assert "frame-src" not in shop.owner.get("/clients/1/policy").headers["Content-Security-Policy"]


def test_every_stage_is_shown_to_the_end_in_its_own_channel(shop: Shop) -> None:
    texted = [
        {**step, "channels": ["text", "email"]} if step["name"] == "friendly" else step
        for step in shipped.body("msp")["steps"]
    ]
    follow(shop, DunningPolicy.model_validate({**shipped.body("msp"), "steps": texted}))

    page = unescape(shop.owner.page("/clients/1/wording?language=de"))

    steps = ("Friendly", "Direct", "Call", "Final", "Credit hold", "Demand letter", "Referral")
    places = [page.index(f">{step}</h2>") for step in steps]
    assert places == sorted(places)
    for person in ("call", "credit hold", "demand letter", "referral"):
        assert page.count(f"A person decides this: {person}.") == 2
    assert "Antworten Sie STOP, um keine SMS mehr zu erhalten." in page
    assert "Maple & Sons anrufen" in page
    assert "Weiterhin offen: Rechnung 1042" in page
    assert "Zahlungsaufforderung: Rechnung 1042" in page
    assert "Kontoauszug in USD" in page


def test_a_demand_can_be_seen_as_it_is_printed(shop: Shop) -> None:
    follow(shop, shipped.policy("services"))

    answer = shop.owner.get("/clients/1/wording/demand letter/chronic?language=de")

    assert answer.mimetype == "application/pdf"
    first, second = text_of(answer.data)
    assert "Zahlungsaufforderung: Rechnung 1042" in first
    assert "Seite 2 von 2" in second
    assert shop.owner.get("/clients/1/wording/call/chronic").status_code == 404


def test_where_machine_calls_are_on_what_the_machine_says_is_shown(shop: Shop) -> None:
    follow(shop, shipped.policy("services"))
    allowing.switch(shop.desk.universe.deps, 1, Capability.CALL, Mode.COPILOT, by="tests")

    page = shop.owner.page("/clients/1/wording")

    assert "This is an automated call, made by a computer" in page
    assert "A person decides this: call." not in page


def follow(shop: Shop, rules: DunningPolicy) -> None:
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        policy.save(tx, 1, Policy(dunning=rules), at=deps.now(), by="tests")


@pytest.mark.parametrize(
    "path",
    [
        "/clients/2/letters", "/clients/1/wording/none/chronic", "/clients/1/wording/direct/none",
        "/clients/2/letters/direct/chronic",
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found(shop: Shop, path: str) -> None:
    assert shop.owner.get(path).status_code == 404


def test_a_letter_that_lacks_something_says_that_a_person_would_be_asked(shop: Shop) -> None:
    own = read("{{ table }} {{ signature }}", name="a.txt", step="direct", language="en")
    follow(shop, DunningPolicy(templates=(own,)))

    page = shop.owner.page("/clients/1/wording")

    assert "a person would be asked: the template asks for signature" in page
