"""What was not heard is told again, under the same id, and given up in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connector import jobs
from connector.firm_news.hook_endpoints import State
from connector.notifications import hook_delivery, hooks
from connector.outgoing.intents import Step
from providers.standard_webhooks import signing
from tests.connector.firm import Firm
from tests.connector.hooked import (
    CLIENT,
    deliveries,
    endpoints,
    firm,
    named,
    pause,
    system,
)
from tests.connector.listener import Heard, Listener, listening

pytestmark = pytest.mark.either_ledger

__all__ = ["firm", "system"]


def test_what_was_not_heard_is_told_again_by_the_schedule_under_the_same_id(
    firm: Firm, system: Listener
) -> None:
    system.answers = [500, 302, 429]
    system.location = "http://127.0.0.1:1/elsewhere"
    secret = named(firm, system)
    assert len(system.heard) == 1
    for wait, tries in ((4, 1), (2, 2), (299, 2), (2, 3), (1799, 3), (2, 4)):
        firm.pass_time(seconds=wait)
        assert len(system.heard) == tries
    assert len({one.headers["webhook-id"] for one in system.heard}) == 1
    assert len({one.raw for one in system.heard}) == 1
    assert len({one.headers["webhook-timestamp"] for one in system.heard}) == 4
    assert all(signing.is_genuine(one.raw, one.headers, secret, now=_at(one))
               for one in system.heard)  # fmt: skip
    (intent,) = deliveries(firm)
    assert (intent.state, intent.receipt, intent.attempts) == (Step.CONFIRMED, "204", 4)


def test_a_system_that_never_answers_well_is_given_up_and_can_be_told_again(
    firm: Firm, system: Listener
) -> None:
    system.always = 500
    named(firm, system)
    for wait in hook_delivery.AGAIN_AFTER:
        firm.world.clock.advance(wait)
        firm.settle()
    assert len(system.heard) == 10
    (intent,) = deliveries(firm)
    assert intent.state is Step.PERSON
    assert intent.error == "given up after 10 tries: it answered 500"
    firm.pass_days(2)
    assert len(system.heard) == 10
    system.always = 200
    (endpoint,) = endpoints(firm)
    assert hooks.again(firm.deps, CLIENT, endpoint.id, by="ann") == 1
    firm.settle()
    assert len(system.heard) == 11
    assert deliveries(firm)[-1].state is Step.CONFIRMED


def test_a_change_that_was_overtaken_is_not_told_any_more(firm: Firm, system: Listener) -> None:
    system.answers = [500]
    named(firm, system)
    pause(firm)
    firm.pass_time(seconds=10)
    holds = [one.data["hold"] for one in system.heard]
    assert holds == ["", "paused: they asked us to"]
    first, second = deliveries(firm)
    assert (first.state, first.error) == (Step.REFUSED, "overtaken by a newer change")
    assert second.state is Step.CONFIRMED


def test_an_address_that_says_it_is_gone_is_told_nothing_more(firm: Firm, system: Listener) -> None:
    system.answers = [410]
    named(firm, system)
    (endpoint,) = endpoints(firm)
    assert endpoint.state is State.GONE
    pause(firm)
    firm.pass_days(1)
    assert len(system.heard) == 1
    assert firm.log("hook.gone")
    assert jobs.find_due(firm.deps) == [], "nobody looks at customers for it again and again"
    hooks.again(firm.deps, CLIENT, endpoint.id, by="ann")
    firm.settle()
    assert [one.data["hold"] for one in system.heard] == ["", "paused: they asked us to"]


def test_a_system_that_is_down_is_called_once_in_a_run_and_holds_up_nothing_else(
    firm: Firm, system: Listener
) -> None:
    for number in range(6):
        firm.owe(firm.books.customer(f"Birch {number}"), f"INV-1{number}", late_days=9)
    firm.sweep()
    system.always = 503
    with listening() as other:
        named(firm, system)
        hooks.add(firm.deps, CLIENT, other.url, by="ann")
        firm.settle()
        assert len(system.heard) == 1
        assert len(other.heard) == 7
    system.always = 200
    firm.pass_time(minutes=10)
    assert len(system.by_name()) == 7


@pytest.mark.parametrize(("where", "heard"), [("hook.sending", 1), ("hook.sent", 2)])
def test_who_died_while_telling_tells_it_again_under_the_same_id(
    firm: Firm, system: Listener, where: str, heard: int
) -> None:
    alive = firm.deps

    def die(point: str) -> None:
        if point == where:
            raise KeyboardInterrupt

    firm.universe.deps = replace(alive, reached=die)
    with pytest.raises(KeyboardInterrupt):
        named(firm, system)
    firm.universe.deps = alive
    firm.pass_time(minutes=2)
    assert len(system.heard) == heard
    assert len({one.headers["webhook-id"] for one in system.heard}) == 1


def test_a_dropped_address_hears_nothing_more(firm: Firm, system: Listener) -> None:
    system.answers = [500]
    named(firm, system)
    (endpoint,) = endpoints(firm)
    hooks.drop(firm.deps, CLIENT, endpoint.id, by="ann")
    firm.pass_days(1)
    assert len(system.heard) == 1
    assert [one.state for one in deliveries(firm)] == [Step.REFUSED]
    assert [entry.actor for entry in firm.log("hook.dropped")] == ["ann"]


def _at(heard: Heard) -> datetime:
    return datetime.fromtimestamp(int(heard.headers["webhook-timestamp"]), UTC)
