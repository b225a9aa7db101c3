"""A fault of ours about one customer shuts no page: it is told there, and the others are shown."""

from __future__ import annotations

import json

import pytest

from connector import agenda
from connector.mirroring import mirror
from connector.rule_changes import allowing
from connector.rules.policy import Policy
from tests.connector.faulty import make_unreadable
from tests.connector.office import customer, invoice
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

PAGE = "/clients/1/policy"
FAULTY = "/connections/1/customers/1"
COULD_NOT = "Ledgerhand could not read this customer by a fault of its own (ValueError)"
LEFT_OUT = "1 customer could not be read by a fault of Ledgerhand's own"
RULES = {"dunning": {"segments": [{"name": "all", "when": {}}]}}


@pytest.fixture
def shop(desk: Office) -> Shop:
    """Alder cannot be read, Birch can."""
    made, deps = busy_shop(desk), desk.universe.deps
    rules = Policy.model_validate(RULES)
    allowing.set_policy(deps, 1, rules, by="ann", reason="tests")
    birch = (customer("z1", name="Birch"), invoice("z1", "100", customer_id="z1"))
    with deps.writing() as tx:
        mirror.store(tx, 1, birch, read_at=deps.now())
        agenda.mark(tx, 1, ["z1"])
    make_unreadable(deps, 1, "1")
    return made


def test_the_policy_page_leaves_it_out_of_the_segments_and_counts_it(shop: Shop) -> None:
    page = shop.owner.page(PAGE)
    assert LEFT_OUT in page
    assert "<td>1: Birch</td>" in page


def test_a_preview_does_as_well(shop: Shop) -> None:
    other = {"dunning": {"segments": [{"name": "everyone", "when": {}}]}}
    answer = shop.owner.post(f"{PAGE}/preview", on=PAGE, document=json.dumps(other))
    assert answer.status_code == 200
    assert LEFT_OUT in answer.text
    assert "From <strong>all</strong> to <strong>everyone</strong> (1): Birch" in answer.text


def test_its_own_page_tells_the_fault_in_place_of_what_could_not_be_read(shop: Shop) -> None:
    page = shop.owner.page(FAULTY)
    for part in ("stands", "who-writes", "contacts", "credit"):
        section = page.partition(f'<section aria-labelledby="{part}">')[2].partition("</section>")
        assert COULD_NOT in section[0], part
    assert '<h2 id="open-USD">' in page, "what the mirror has is shown"
    for untrue in ("never invoiced", "ever invoiced", "Nobody is known", "as to others",
                   "Nobody else is written to"):  # fmt: skip
        assert untrue not in page, untrue
    assert COULD_NOT not in shop.owner.page("/connections/1/customers/z1")


def test_somebody_can_still_say_that_a_person_alone_writes_there(shop: Shop) -> None:
    shop.owner.post(f"{FAULTY}/key-account", on=FAULTY, reason="ask Ann first")
    page = shop.owner.page(FAULTY)
    assert "<strong>A person alone writes to this customer:</strong> Ask Ann first." in page
    assert "Let Ledgerhand write again" in page


def test_the_firm_s_page_counts_it_where_others_would_change_segment(desk: Office) -> None:
    shop = busy_shop(desk)
    make_unreadable(desk.universe.deps, 1, "1")
    answer = shop.owner.post("/rules/preview", on="/rules", document=json.dumps(RULES))
    assert answer.status_code == 200
    assert LEFT_OUT in answer.text
