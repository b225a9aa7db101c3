"""A language model beside a customer's answer: it says what it may mean, and a person acts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector import customer_answers, holds, meter, promises, replies, suggestions
from connector import erasure as erasing
from connector.customer_answers import Answer
from connector.lease import held
from connector.modes import Mode
from connector.suggestions import CannotPromise
from dunning.suggesting import Meaning
from providers.messages import Reply
from tests.connector.firm import Firm
from tests.providers.language.serving import Endpoint, serving

Opens = Callable[..., Firm]
WORDS = "Sorry! We will pay INV-1 on 12 March. The other one came twice."
PROMISE = {
    "kind": "promise", "quote": "We will pay INV-1 on 12 March.", "invoices": ["INV-1"],
    "on": "2026-03-12",
}  # fmt: skip
DISPUTE = {"kind": "dispute", "quote": "The other one came twice.", "invoices": [], "on": ""}
INVENTED = {"kind": "promise", "quote": "We will pay all.", "invoices": [], "on": "2026-03-09"}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint()) as made:
        made.answers = lambda _shown: json.dumps([PROMISE, INVENTED, DISPUTE])
        yield made


def opened(open_firm: Opens, endpoint: Endpoint, **dunning: Any) -> Firm:
    firm = open_firm(
        "quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning={"suggest": True} | dunning
    )
    config = firm.deps.config.model_copy(update={
        "language_url": endpoint.url, "language_model": "small", "language_seconds": 1,
    })  # fmt: skip
    firm.universe.deps = replace(firm.deps, config=config)
    return firm


def answered(firm: Firm, words: str = WORDS, *, automatic: bool = False) -> Answer:
    ash = firm.books.customer("Ash")
    for number in ("INV-1", "INV-2"):
        firm.owe(ash, number)
    firm.sweep()
    reply = Reply(
        message_id="<1@ash.example>", in_reply_to=(), sender="pay@ash.example", subject="Re: 1",
        text=words, automatic=automatic, received_at=firm.deps.now(),
    )  # fmt: skip
    replies.keep(firm.deps, (firm.connection_id, ash), reply)
    firm.settle()
    return answer(firm, ash)


def answer(firm: Firm, customer_id: str) -> Answer:
    with firm.deps.reading() as tx:
        (one,) = customer_answers.of_customer(tx, firm.connection_id, customer_id)
    return one


def suggested(firm: Firm, one: Answer) -> list[Meaning]:
    with firm.deps.reading() as tx:
        return [it.meaning for it in suggestions.of(tx, firm.connection_id, [one])[one]]


def test_what_the_answer_says_is_suggested_and_nothing_is_done(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    assert suggested(firm, one) == [Meaning.PROMISE, Meaning.DISPUTE]
    (entry,) = firm.log("reply.suggested")
    assert entry.actor == "small"
    assert entry.what == {
        "meanings": ["promise", "dispute"],
        "dropped": ["finding 2: its words are not in the mail"],
    }
    with firm.deps.reading() as tx:
        assert promises.listed(tx, firm.connection_id) == []
        assert holds.of_kind(tx, firm.connection_id, holds.REPLY, firm.deps.now())
        calls = meter.totals(tx, [firm.connection_id], firm.today.replace(year=2000))
    assert calls[firm.connection_id]["language.chat"] == 1
    before = len(firm.mails())
    firm.pass_days(9)
    assert len(firm.mails()) == before, "the answer still waits for a person"
    assert len(endpoint.asked) == 1, "one answer is read once"


def test_a_person_writes_a_suggested_promise_down_once(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    made = suggestions.promise(firm.deps, firm.connection, one, 0, by="ann")
    with firm.deps.reading() as tx:
        (kept,) = promises.listed(tx, firm.connection_id)
    assert (kept.promise, kept.words, kept.by, kept.source) == (
        made, PROMISE["quote"], "ann", "reply"
    )  # fmt: skip
    assert str(made.amount) == "USD 100.00"
    for number, why in ((0, "already"), (1, "no such"), (9, "no such")):
        with pytest.raises(CannotPromise, match=why):
            suggestions.promise(firm.deps, firm.connection, one, number, by="ann")


def test_a_promise_of_which_nothing_is_open_or_whose_day_is_past_is_not_written_down(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    firm.pass_days(14, every=7)
    with pytest.raises(CannotPromise, match="past"):
        suggestions.promise(firm.deps, firm.connection, one, 0, by="ann")


@pytest.mark.parametrize(
    ("dunning", "automatic"), [({"suggest": False}, False), ({}, True)], ids=["off", "automatic"]
)
def test_a_model_is_shown_only_what_it_is_meant_to_see(
    open_firm: Opens, endpoint: Endpoint, dunning: dict[str, Any], automatic: bool
) -> None:
    firm = opened(open_firm, endpoint, **dunning)
    assert suggested(firm, answered(firm, automatic=automatic)) == []
    assert endpoint.asked == []


def test_without_a_model_nothing_is_asked(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", dunning={"suggest": True})
    assert suggested(firm, answered(firm)) == []
    assert firm.log("reply.suggested") == []


def test_a_model_that_fails_is_asked_three_times_in_all(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    endpoint.status = 503
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    for _ in range(6):
        firm.owe(one.customer_id, f"INV-{_ + 5}")
        firm.sweep()
    assert len(endpoint.asked) == suggestions.TRIES_MAX
    assert "503" in str(firm.log("reply.suggested")[0].what["dropped"])
    assert suggested(firm, one) == []


def test_a_worker_that_lost_its_lease_while_the_model_thought_keeps_nothing(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)

    def thinks(_shown: object) -> str:
        firm.world.clock.advance(timedelta(hours=1))
        with held(firm.deps, "decide", firm.connection_id) as fence:
            assert fence is not None
        return json.dumps([PROMISE])

    endpoint.answers = thinks
    one = answered(firm)
    assert firm.log("reply.suggested") == []
    endpoint.answers = lambda _shown: json.dumps([DISPUTE])
    firm.owe(one.customer_id, "INV-9")
    firm.sweep()
    assert suggested(firm, one) == [Meaning.DISPUTE]


def test_what_was_suggested_goes_with_the_answer(open_firm: Opens, endpoint: Endpoint) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    assert suggested(firm, one)
    erasing.erase(firm.deps, firm.connection, one.customer_id, by="ann", reason="asked", keep=True)
    after = answer(firm, one.customer_id)
    with firm.deps.reading() as tx:
        left = suggestions.of(tx, firm.connection_id, [after])[after]
    assert left == ()
    assert "came twice" not in str([entry.what for entry in firm.log("reply")])
