"""The wording page: two customers side by side, each letter in a frame of its own."""

from __future__ import annotations

import pytest

from connector import policy
from connector.policy import Policy
from dunning.own_template import read
from dunning.policy import DunningPolicy
from dunning.steps import Do, Step, Tone
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


def test_a_policy_without_messages_has_no_letters(shop: Shop) -> None:
    call = Step(name="call", offset_days=5, tone=Tone.DIRECT, do=Do.CALL)
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        rules = Policy(dunning=DunningPolicy(steps=(call,)))
        policy.save(tx, 1, rules, at=deps.now(), by="tests")

    assert "the policy sends no messages" in shop.owner.page("/clients/1/wording")


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
    rules = Policy(dunning=DunningPolicy(templates=(own,)))
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        policy.save(tx, 1, rules, at=deps.now(), by="tests")

    page = shop.owner.page("/clients/1/wording")

    assert "a person would be asked: the template asks for signature" in page
