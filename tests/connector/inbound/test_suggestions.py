"""A language model beside a customer's answer: it says what it may mean, and a person acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector import jobs
from connector.clients import meter, tenants
from connector.clients.tenants import State
from connector.commitments import promises
from connector.commitments.promising import CannotPromise
from connector.decided import customer_answers, holds
from connector.decided.customer_answers import Answer
from connector.inbound import replies, suggestions
from connector.lease import held
from connector.mirroring import mirror
from connector.privacy import erasure as erasing
from dunning.answers import suggesting
from dunning.answers.suggesting import Meaning
from providers.ledger import Invoice
from providers.messages import Reply
from tests.connector.firm import Firm
from tests.connector.read_by_model import (
    DISPUTE,
    INVENTED,
    PROMISE,
    WORDS,
    Opens,
    answer,
    answered,
    opened,
    suggested,
)
from tests.providers.language.serving import Endpoint, serving
from tests.simulation.universe import save_policy


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint()) as made:
        made.answers = lambda _shown: json.dumps([PROMISE, INVENTED, DISPUTE])
        yield made


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


def keys(firm: Firm, one: Answer) -> list[str]:
    """What may be written down, by suggestion; empty where nothing may."""
    with firm.deps.reading() as tx:
        found = suggestions.shown(tx, firm.connection, [one], firm.deps.now())[one]
    return [it.offer.key if it.offer else "" for it in found]


def refusal(firm: Firm, one: Answer) -> str:
    """Why the first suggestion cannot be written down."""
    with firm.deps.reading() as tx:
        return suggestions.shown(tx, firm.connection, [one], firm.deps.now())[one][0].why


def test_a_person_writes_a_suggested_promise_down_once(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    key, none = keys(firm, one)
    assert none == ""
    made = suggestions.promise(firm.deps, firm.connection, one, key, by="ann")
    with firm.deps.reading() as tx:
        (kept,) = promises.listed(tx, firm.connection_id)
    assert (kept.promise, kept.words, kept.by, kept.source) == (
        made, PROMISE["quote"], "ann", "reply"
    )  # fmt: skip
    assert str(made.amount) == "USD 100.00"
    for again in (key, "", "x"):
        with pytest.raises(CannotPromise, match="look at it again"):
            suggestions.promise(firm.deps, firm.connection, one, again, by="ann")
    assert refusal(firm, one) == "one of the invoices is promised already"


@pytest.mark.parametrize(
    ("words", "finding", "why"),
    [
        (WORDS, PROMISE | {"on": ""}, "the sentence names no day that can be read in one way"),
        (WORDS, DISPUTE, ""),
        ("We pay INV-9 on 12 March", PROMISE | {"quote": "on 12 March", "invoices": ["INV-9"]},
         suggesting.OTHERS),
        ("We pay 5.00 on 12 March", PROMISE | {"quote": "on 12 March", "invoices": []},
         suggesting.FIGURES),
    ],
    ids=["no day", "no promise", "of another invoice", "a part"],
)  # fmt: skip
def test_what_is_no_plain_promise_is_not_offered(
    open_firm: Opens, endpoint: Endpoint, words: str, finding: dict[str, Any], why: str
) -> None:
    endpoint.answers = lambda _shown: json.dumps([finding])
    firm = opened(open_firm, endpoint)
    one = answered(firm, words)
    assert refusal(firm, one) == why
    assert keys(firm, one) == [""]


def test_what_is_promised_is_what_is_owed_on_the_day_of_the_click(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    endpoint.answers = lambda _shown: json.dumps([{
        "kind": "promise", "quote": "on 12 March", "invoices": [], "on": "2026-03-12",
    }])  # fmt: skip
    firm = opened(open_firm, endpoint)
    one = answered(firm, "We pay all on 12 March.")
    (old,) = keys(firm, one)
    firm.owe(one.customer_id, "INV-3", "50.00")
    firm.sweep()
    with pytest.raises(CannotPromise, match="look at it again"):
        suggestions.promise(firm.deps, firm.connection, one, old, by="ann")
    (new,) = keys(firm, one)
    made = suggestions.promise(firm.deps, firm.connection, one, new, by="ann")
    assert str(made.amount) == "USD 250.00"


def test_a_day_that_is_past_and_an_invoice_that_is_paid_are_not_promised(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)
    one = answered(firm)
    with firm.deps.reading() as tx:
        invoices = [it for it in mirror.of_customers(tx, firm.connection_id, [one.customer_id])
                    if isinstance(it, Invoice) and it.number == "INV-1"]  # fmt: skip
    firm.books.pay_by_hand(one.customer_id, invoices[0].id, Decimal(100), firm.today)
    firm.sweep()
    assert refusal(firm, one) == "nothing is open on the invoices that it speaks of"
    firm.pass_days(14, every=7)
    assert refusal(firm, one) == "the promised day is past"


def test_of_many_answers_each_is_read(open_firm: Opens, endpoint: Endpoint) -> None:
    firm = opened(open_firm, endpoint)
    first = answered(firm)
    for number in range(7):
        reply = Reply(
            f"<more{number}@y>", (), "pay@ash.example", "Re", f"Who are you? {number}",
            firm.deps.now(), False,
        )  # fmt: skip
        replies.keep(firm.deps, (firm.connection_id, first.customer_id), reply)
    firm.settle()
    assert len(endpoint.asked) == 8


def test_each_hold_is_of_its_own_answer_whatever_is_read_first(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint, suggest=False)
    first = answered(firm)
    later = Reply("<2@y>", (), "pay@ash.example", "Re", "Later", firm.deps.now(), False)
    replies.keep(firm.deps, (firm.connection_id, first.customer_id), later)
    with firm.deps.reading() as tx:
        one, two = customer_answers.unread(tx, firm.connection_id, firm.deps.now())
    assert (one.answer.text, two.answer.text) == (WORDS, "Later")
    customer_answers.read(firm.deps, firm.connection_id, two.hold.id, by="ann")
    with firm.deps.reading() as tx:
        (left,) = customer_answers.unread(tx, firm.connection_id, firm.deps.now())
    assert left == one


def test_words_that_are_erased_while_the_model_thinks_do_not_come_back(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)

    def thinks(_shown: object) -> str:
        with firm.deps.reading() as tx:
            (waiting,) = customer_answers.unread(tx, firm.connection_id, firm.deps.now())
        erasing.erase(
            firm.deps, firm.connection, waiting.answer.customer_id, by="ann", reason="", keep=True
        )
        return json.dumps([PROMISE])

    endpoint.answers = thinks
    assert suggested(firm, answered(firm)) == []
    assert firm.log("reply.suggested") == []


@pytest.mark.parametrize(
    ("dunning", "automatic"), [({"suggest": False}, False), ({}, True)], ids=["off", "automatic"]
)
def test_a_model_is_shown_only_what_it_is_meant_to_see(
    open_firm: Opens, endpoint: Endpoint, dunning: dict[str, Any], automatic: bool
) -> None:
    firm = opened(open_firm, endpoint, **dunning)
    assert suggested(firm, answered(firm, automatic=automatic)) == []
    assert endpoint.asked == []


def test_of_a_client_that_is_disconnected_nothing_is_shown(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint, suggest=False)
    one = answered(firm)
    save_policy(firm.universe, "quickbooks", suggest=True)
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, State.DISCONNECTED)
    jobs.run_decide(firm.deps, firm.connection_id)
    assert (endpoint.asked, suggested(firm, one)) == ([], [])


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
    for number in range(6):
        firm.owe(one.customer_id, f"INV-{number + 5}")
        firm.sweep()
    assert len(endpoint.asked) == suggestions.TRIES_MAX
    assert "503" in str(firm.log("reply.not_suggested")[0].what)
    assert firm.log("reply.suggested") == []
    assert suggested(firm, one) == []


def test_a_worker_that_lost_its_lease_while_the_model_thought_keeps_nothing(
    open_firm: Opens, endpoint: Endpoint
) -> None:
    firm = opened(open_firm, endpoint)

    def thinks(_shown: object) -> str:
        firm.world.clock.advance(timedelta(hours=1))
        with held(firm.deps, "suggest", firm.connection_id) as fence:
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
