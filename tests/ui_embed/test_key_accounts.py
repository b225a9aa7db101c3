"""Where a customer stands and who writes to it, on its page: left to people, and let go again."""

from __future__ import annotations

import pytest

from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office

PAGE = "/connections/1/customers/1"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def customers(shop: Shop) -> dict[str, dict[str, object]]:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1).policy.dunning.customers


def test_a_customer_is_left_to_people_and_let_go_with_a_reason_each(shop: Shop) -> None:
    assert "Ledgerhand writes to this customer as to others" in shop.owner.page(PAGE)
    shop.owner.post(f"{PAGE}/key-account", on=PAGE, reason="<b>our largest</b>")
    page = shop.owner.page(PAGE)
    assert "A person alone writes to Alder." in page
    assert (
        "A person alone writes to this customer:</strong> &lt;b&gt;our largest&lt;/b&gt;." in page
    )
    assert customers(shop) == {"1:1": {"with_a_person": "<b>our largest</b>"}}
    shop.owner.post(f"{PAGE}/key-account/end", on=PAGE, reason=" ")
    page = shop.owner.page(PAGE)
    assert "Nothing was changed: more would be done without a person than now" in page
    shop.owner.post(f"{PAGE}/key-account/end", on=PAGE, reason="it is small now")
    assert (
        "Alder itself is no key account any more; its segment&#39;s rules hold."
        in shop.owner.page(PAGE)
    )
    assert customers(shop) == {}
    trail = shop.owner.page("/clients/1/audit?company=1&customer_id=1")
    for told in ("Left a customer to people alone", "it is small now", OWNER):
        assert told in trail, told


def test_without_a_reason_nobody_is_left_to_people(shop: Shop) -> None:
    shop.owner.post(f"{PAGE}/key-account", on=PAGE)
    assert "Nothing was changed: say why a person alone writes" in shop.owner.page(PAGE)
    assert customers(shop) == {}


def test_a_stranger_changes_nothing(shop: Shop) -> None:
    for act in ("key-account", "key-account/end"):
        assert shop.stranger().post(f"{PAGE}/{act}", reason="mine").status_code == 404
    assert customers(shop) == {}


def test_what_a_segment_says_is_not_taken_back_here(shop: Shop) -> None:
    few = {"name": "key", "when": {"customers": ["1"]}, "change": {"with_a_person": "large"}}
    rules = Policy.model_validate({"dunning": {"segments": [few]}})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann", reason="tests")
    page = shop.owner.page(PAGE)
    assert "Large. Nothing goes out that nobody ordered (the policy says it of its segment)" in page
    assert "Let Ledgerhand write again" not in page


def test_how_it_pays_its_segment_and_what_comes_next_stand_on_top(shop: Shop) -> None:
    few = {"name": "new ones", "when": {"payer": ["new"]}}
    rules = Policy.model_validate({"dunning": {"segments": [few]}})
    allowing.set_policy(shop.desk.universe.deps, 1, rules, by="ann", reason="tests")
    shop.tick()
    page = shop.owner.page(PAGE)
    for told in ("Where it stands", "Payer new, customer since 2026-01-20", "New ones (",
                 "eminders are switched off."):  # fmt: skip
        assert told in page, told
