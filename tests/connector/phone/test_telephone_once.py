"""A text or a call goes out once, whatever fails, whoever dies and however many work at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector import jobs, lease
from connector.outgoing.intents import Step
from dunning.customer.channels import Channel
from providers.http import FLIGHT_MAX
from providers.simulated.faults import Fault
from tests.connector.firm import Firm
from tests.connector.telephony import Telephony, open_telephony, owing, placed

BOTH = [Channel.TEXT, Channel.CALL]


@pytest.fixture
def one(open_firm: Callable[..., Firm]) -> Telephony:
    return open_telephony(open_firm)


@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize(("fault", "arrived"), [
    ("500", 0), ("html", 0), ("reset_after_commit", 1), ("timeout_after_commit", 1),
    ("cut_body", 1), ("late_commit", 1),
])  # fmt: skip
def test_what_may_have_gone_out_is_looked_for_and_never_sent_again(
    one: Telephony, channel: Channel, fault: str, arrived: int
) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)
    one.firm.fail(Fault(fault, on=r"twilio\.(messages|calls)\.create", seconds=5))
    for _ in range(4):
        one.firm.pass_time(minutes=10)
    assert placed(one) == arrived
    assert one.intent().state is (Step.CONFIRMED if arrived else Step.PERSON)


@pytest.mark.parametrize("channel", BOTH)
def test_a_busy_twilio_gets_it_later_and_once(one: Telephony, channel: Channel) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)
    one.firm.fail(Fault("429", on=r"twilio\..*", seconds=90))
    one.firm.settle()
    assert placed(one) == 0
    one.firm.pass_time(seconds=91)
    assert (placed(one), one.intent().state) == (1, Step.CONFIRMED)


class Killed(BaseException):
    """The worker is gone at this point."""


@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize(("point", "arrived"), [("handover.sending", 0), ("handover.sent", 1)])
def test_a_worker_that_dies_there_leaves_nothing_sent_twice(
    one: Telephony, channel: Channel, point: str, arrived: int
) -> None:
    customer, _ = owing(one, channel)
    one.plan(customer, channel)

    def die(reached: str) -> None:
        if reached == point:
            raise Killed

    one.firm.reached(die)
    with pytest.raises(Killed):
        one.firm.settle()
    one.firm.reached(lambda _point: None)
    one.firm.restart()
    for _ in range(4):
        one.firm.pass_time(minutes=3)
    assert placed(one) == arrived
    assert one.intent().state is (Step.CONFIRMED if arrived else Step.PERSON)


@pytest.mark.parametrize("channel", BOTH)
def test_two_workers_send_it_once(one: Telephony, channel: Channel) -> None:
    """The second takes over a lease that ran out just before the first sends."""
    customer, _ = owing(one, channel)
    one.plan(customer, channel)
    firm = one.firm

    def fall_behind(reached: str) -> None:
        if reached == "handover.sending":
            firm.reached(lambda _point: None)
            firm.world.clock.advance(timedelta(seconds=firm.deps.config.lease_seconds + 1))
            jobs.run_deliver(firm.deps, firm.connection_id)

    firm.reached(fall_behind)
    jobs.run_deliver(firm.deps, firm.connection_id)
    for _ in range(3):
        firm.pass_time(seconds=FLIGHT_MAX.total_seconds() + 1)
    assert (placed(one), one.intent().state) == (1, Step.CONFIRMED)
    with lease.held(firm.deps, "deliver", firm.connection_id) as fence:
        assert fence is not None
