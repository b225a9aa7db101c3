"""The page of what was learned: names of payers, numbering, trust; accepted and revoked there."""

from __future__ import annotations

import pytest

from connector.evidence import aliases, habits
from matching.facts.items import Tally
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

WHERE = "/clients/1/learned"
CHANGE = "/connections/1/learned"


@pytest.fixture
def shop(desk: Office) -> Shop:
    """Somebody called <Fig> has paid for Alder three times, and one rule was right so far."""
    made = busy_shop(desk)
    deps = made.desk.universe.deps
    with deps.writing() as tx:
        for number in range(3):
            aliases.observe(
                tx, 1, payer="<Fig> Trading", account="DE1", customer_id="1",
                subject=f"bank:main:b{number}", at=deps.now(),
            )  # fmt: skip
        habits.keep_experience(tx, 1, {"named_exact": Tally(12, 12)}, now=deps.now())
        habits.learn(tx, 1, now=deps.now())
    return made


def states(shop: Shop) -> list[str]:
    with shop.desk.universe.deps.reading() as tx:
        return [one.state.value for one in aliases.listed(tx, 1, tuple(aliases.State))]


def test_what_was_learned_is_told_in_words(shop: Shop) -> None:
    page = shop.owner.page(WHERE)
    for words in (
        "&#34;fig trading&#34; pays for Alder", "Account DE1 is Alder&#39;s", "Waits for you",
        "Noticed in 3 payments of this customer alone.",
        "Invoice numbers with one group of digits count up", "From 1 invoice, such as 1001.",
        "12 of 12 were right",
    ):  # fmt: skip
        assert words in page, words
    assert "2 names or accounts under which customers" in shop.owner.page("/clients/1")


def test_a_name_is_accepted_revoked_and_used_again(shop: Shop) -> None:
    for use, state, said in (
        ("yes", "active", "It is used from now on."), ("no", "revoked", "It is not used any more."),
        ("yes", "active", "It is used from now on."), ("yes", "active", "It is so already."),
    ):  # fmt: skip
        assert shop.owner.post(CHANGE, on=WHERE, key="alias:1", use=use).status_code == 303
        assert states(shop) == [state, "proposed"]
        assert said in shop.owner.page(WHERE)
    assert "Accepted by books@quickbooks.example" in shop.owner.page(WHERE)


def test_trust_is_revoked(shop: Shop) -> None:
    shop.owner.post(CHANGE, on=WHERE, key="rule:named_exact", use="no")
    page = shop.owner.page(WHERE)
    assert "Not used" in page
    assert "Revoked by books@quickbooks.example" in page


def test_what_is_not_there_cannot_be_changed(shop: Shop) -> None:
    for key in ("alias:9", "rule:amount_one", "groups:1", ""):
        assert shop.owner.post(CHANGE, on=WHERE, key=key, use="no").status_code == 404
    assert states(shop) == ["proposed", "proposed"]


def test_nobody_else_sees_or_changes_it(shop: Shop) -> None:
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert stranger.post(CHANGE, on="/", key="alias:1", use="yes").status_code == 404
    assert states(shop) == ["proposed", "proposed"]
