"""What a language model takes an answer to mean, on the pages: beside the customer's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.commitments import promises
from connector.decided import customer_answers
from connector.inbound import replies
from providers.messages import Reply
from tests.providers.language.serving import Endpoint, serving
from tests.simulation.universe import save_policy
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import office, path_of

TODAY, CUSTOMER = "/clients/1", "/connections/1/customers/1"
SAID = "We pay 1001 <b>on 6 March</b>. Who are you?"
OFFER = re.compile(r'name="offer" value="(\w+)"')
FINDINGS = [
    {"kind": "promise", "quote": "We pay 1001 <b>on 6 March</b>.", "invoices": ["1001"],
     "on": "2026-03-06"},
    {"kind": "question", "quote": "Who are you?"},
    {"kind": "legal", "quote": "Our lawyer writes."},
]  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Alder has answered, and a model has read it."""
    model = Endpoint(answers=lambda _shown: json.dumps(FINDINGS))
    with (
        serving(model),
        office(data_dir=tmp_path, language_url=model.url, language_model="small") as desk,
    ):
        made = busy_shop(desk)
        save_policy(desk.universe, "quickbooks", suggest=True)
        deps = desk.universe.deps
        reply = Reply("<1@y>", ("<k@x>",), "ann@alder.example", "Re: 1001", SAID, deps.now(), False)
        replies.keep(deps, (1, "1"), reply)
        desk.universe.settle()
        yield made


def place(shop: Shop) -> str:
    deps = shop.desk.universe.deps
    with deps.reading() as tx:
        (one,) = customer_answers.unread(tx, 1, deps.now())
    return f"/connections/1/replies/{one.hold.id}/promise"


def written(shop: Shop) -> list[str]:
    with shop.desk.universe.deps.reading() as tx:
        return [f"{one.promise.amount} {one.by}" for one in promises.listed(tx, 1)]


@pytest.mark.parametrize("path", [TODAY, CUSTOMER])
def test_suggestions_stand_beside_the_words_that_they_rest_on(shop: Shop, path: str) -> None:
    page = " ".join(shop.owner.page(path).split())
    for told in (
        "A promise to pay by 06 Mar 2026, on invoice 1001, because of <q>We pay 1001 &lt;b&gt;on",
        "Asks something, because of <q>Who are you?</q>",
        "nothing was done about it",
    ):
        assert told in page, told
    assert "lawyer" not in page
    assert page.count("Write down: USD 120.00 on 1001 by 06 Mar 2026") == 1


def test_a_promise_is_written_down_with_one_click_and_the_answer_still_waits(shop: Shop) -> None:
    (key,) = OFFER.findall(shop.owner.page(TODAY))
    sent = shop.owner.post(place(shop), on=TODAY, offer=key)
    assert path_of(sent) == TODAY
    page = shop.owner.page(TODAY)
    assert "Written down: USD 120.00 by 06 Mar 2026." in page
    assert "Read; go on" in page
    assert OFFER.findall(page) == []
    assert written(shop) == ["USD 120.00 books@quickbooks.example"]


@pytest.mark.parametrize("key", ["", "x", "0", "\u0663" * 64])
def test_what_was_not_offered_is_not_written_down(shop: Shop, key: str) -> None:
    shop.owner.post(place(shop), on=TODAY, offer=key)
    assert "Not written down: it is not what the page showed any more" in shop.owner.page(TODAY)
    assert written(shop) == []


def test_a_stranger_writes_nothing_down_and_what_was_read_is_over(shop: Shop) -> None:
    path = place(shop)
    (key,) = OFFER.findall(shop.owner.page(TODAY))
    assert shop.stranger().post(path, offer=key).status_code == 404
    shop.owner.post(path.removesuffix("/promise"), on=TODAY)
    shop.owner.post(path, on=TODAY, offer=key)
    assert "Somebody has read this already." in shop.owner.page(TODAY)
    assert written(shop) == []
