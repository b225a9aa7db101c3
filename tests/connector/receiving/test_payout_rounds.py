"""Payouts come by themselves: regularly, one worker at a time, and ever later while it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector import doctor, jobs, waiting_work
from connector.deps import Deps
from connector.evidence import payouts
from connector.lease import held
from connector.receiving import payout_rounds, payout_sources, processor_keys
from connector.receiving.payout_rounds import Round
from connector.rules.modes import Mode
from connector.vault import Vault
from connector.waiting_work import Work
from providers.simulated.faults import Fault
from providers.simulated.processors.stripe import StripeAccount, charge
from tests.connector.firm import Firm
from tests.connector.office import connect
from tests.providers.processors.serving import Served
from tests.simulation.fate import Killed

Opens = Callable[..., Firm]
KEY = "rk_test_cedar"


@pytest.fixture
def firm(open_firm: Opens, stripe_host: Served) -> Firm:
    return open_at(open_firm, stripe_host)


def open_at(open_firm: Opens, stripe_host: Served, ledger: str = "quickbooks", **how: str) -> Firm:
    return open_firm(ledger, processor_bases=json.dumps({"stripe": stripe_host.base}), **how)


def keep_key(firm: Firm, key: str = KEY) -> None:
    with firm.deps.writing() as tx:
        vault = Vault(firm.deps.config.keys)
        processor_keys.keep(tx, vault, firm.connection_id, "stripe", key)
        payout_rounds.start_over(tx, firm.connection_id, "stripe")


def paid(stripe: StripeAccount, firm: Firm, number: int = 1, **source: object) -> None:
    stripe.pay_out(f"po_{number}", "usd", firm.deps.now(), [charge(number, 5_000, 175, **source)])


def asked(stripe_host: Served) -> int:
    """How often the list of payouts was asked for."""
    return [row["kind"] for row in stripe_host.requests()].count("stripe.payouts.read")


def known(firm: Firm) -> list[str]:
    with firm.deps.reading() as tx:
        return sorted(kept.payout.id for kept in payouts.listed(tx, firm.connection_id))


def round_of(firm: Firm) -> Round:
    with firm.deps.reading() as tx:
        return payout_rounds.of(tx, firm.connection_id)["stripe"]


def found(firm: Firm) -> tuple[str, str]:
    told = {finding.part: finding for finding in doctor.examine(firm.deps)}["payouts"]
    return told.state, told.what


@pytest.mark.either_ledger
def test_a_payout_is_fetched_and_its_charge_applied_without_anybody(
    open_firm: Opens, stripe: StripeAccount, stripe_host: Served, ledger: str
) -> None:
    firm = open_at(open_firm, stripe_host, ledger, modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Cedar"), "INV-1", "50.00")
    paid(stripe, firm, metadata={"Invoice No": "INV-1"})
    keep_key(firm)
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    assert found(firm) == ("fine", "1 accounts, read every 3 hours")
    assert [entry.actor for entry in firm.log("payout.kept")] == ["ledgerhand"]


def test_it_is_asked_for_every_three_hours_and_not_more_often(
    firm: Firm, stripe: StripeAccount, stripe_host: Served
) -> None:
    keep_key(firm)
    firm.settle()
    assert (asked(stripe_host), known(firm)) == (1, [])
    paid(stripe, firm)
    firm.pass_time(hours=2, minutes=59)
    assert asked(stripe_host) == 1
    firm.pass_time(minutes=1)
    assert (asked(stripe_host), known(firm)) == (2, ["po_1"])


def test_without_a_key_nobody_is_asked(firm: Firm, stripe_host: Served) -> None:
    firm.pass_days(1)
    assert stripe_host.requests() == []
    assert found(firm) == ("fine", "no processor has a key")


def test_failures_are_tried_again_ever_later_and_told_until_it_works(
    firm: Firm, stripe: StripeAccount, stripe_host: Served
) -> None:
    stripe_host.fail(Fault("500", times=-1))
    paid(stripe, firm)
    keep_key(firm)
    waits: list[timedelta] = []
    for _ in range(11):
        before = asked(stripe_host)
        firm.settle()
        for _ in range(3):
            jobs.RUN["sync"](firm.deps, firm.connection_id)
        assert asked(stripe_host) == before + 1
        waits.append(round_of(firm).next_at - firm.deps.now())
        firm.world.clock.advance(waits[-1])
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]
    state, what = found(firm)
    assert state == "broken"
    assert what.startswith("Quickbooks Trading, stripe: stripe.payouts.read: Stripe answered 500")
    stripe_host.fail()
    firm.settle()
    assert known(firm) == ["po_1"]
    assert found(firm)[0] == "fine"
    assert round_of(firm).next_at - firm.deps.now() == payout_rounds.EVERY


def test_what_the_processor_asks_for_is_kept_to(firm: Firm, stripe_host: Served) -> None:
    stripe_host.fail(Fault("429", seconds=7200))
    keep_key(firm)
    firm.settle()
    assert round_of(firm).next_at - firm.deps.now() == timedelta(hours=2)


def test_trouble_with_a_processor_never_holds_up_the_ledger(
    firm: Firm, stripe_host: Served
) -> None:
    stripe_host.fail(Fault("429", seconds=7200, times=-1))
    keep_key(firm)
    firm.settle()
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.settle()
    assert len(firm.plan()) == 1, "the ledger is read as ever"


def test_a_dead_key_is_not_used_before_a_day_and_a_new_one_at_once(
    firm: Firm, stripe: StripeAccount, stripe_host: Served
) -> None:
    paid(stripe, firm)
    keep_key(firm, "rk_test_revoked")
    firm.settle()
    assert "store a new restricted key" in found(firm)[1]
    firm.pass_time(hours=23)
    assert asked(stripe_host) == 1
    keep_key(firm)
    firm.settle()
    assert (known(firm), found(firm)[0]) == (["po_1"], "fine")


def test_a_worker_that_dies_in_it_does_not_die_of_it_at_once_again(
    firm: Firm, stripe: StripeAccount, stripe_host: Served
) -> None:
    def die(point: str) -> None:
        if point == "payouts.begun":
            raise Killed

    alive = firm.deps
    firm.universe.deps = replace(alive, reached=die)
    paid(stripe, firm)
    keep_key(firm)
    for _ in range(2):
        with pytest.raises(Killed):
            firm.settle()
        firm.settle()
        assert stripe_host.requests() == []
        firm.world.clock.advance(timedelta(minutes=10))
    assert found(firm)[0] == "broken"
    assert "2 tries were begun and came to no end" in found(firm)[1]
    firm.universe.deps = alive
    firm.settle()
    assert (known(firm), found(firm)[0]) == (["po_1"], "fine")


def test_while_one_worker_is_at_it_no_other_is(firm: Firm, stripe_host: Served) -> None:
    keep_key(firm)
    with held(firm.deps, "payouts", firm.connection_id) as fence:
        assert fence is not None
        jobs.RUN["sync"](firm.deps, firm.connection_id)
        assert stripe_host.requests() == []
    jobs.RUN["sync"](firm.deps, firm.connection_id)
    assert asked(stripe_host) == 1


def test_a_key_of_the_settings_is_used_for_the_only_company_and_for_none_of_several(
    open_firm: Opens, stripe: StripeAccount, stripe_host: Served
) -> None:
    firm = open_at(open_firm, stripe_host, stripe_key=KEY)
    paid(stripe, firm)
    firm.pass_time(hours=3)
    assert known(firm) == ["po_1"]
    before = asked(stripe_host)
    other = connect(firm.deps, "Elsewhere")
    firm.world.clock.advance(timedelta(days=1))
    jobs.RUN["sync"](firm.deps, firm.connection_id)
    assert asked(stripe_host) == before
    state, what = found(firm)
    assert (state, "names none of 2 companies" in what) == ("missing", True)
    with firm.deps.reading() as tx:
        assert payouts.listed(tx, other) == []


def test_what_is_fetched_by_hand_need_not_be_fetched_again_soon(
    firm: Firm, stripe_host: Served
) -> None:
    keep_key(firm)
    payout_sources.fetch(firm.deps, firm.connection_id, "stripe", by="ann")
    firm.pass_time(hours=1)
    assert asked(stripe_host) == 1


def test_rounds_are_kept_alike_on_both_databases(both: Deps) -> None:
    at = datetime.fromisoformat("2026-03-02T14:00:00+00:00")
    connection_id = connect(both)
    with both.writing() as tx:
        processor_keys.keep(tx, Vault(both.config.keys), connection_id, "stripe", KEY)
        assert waiting_work.found(tx, at)[Work.PAYOUTS] == {connection_id}
        payout_rounds.begin(tx, connection_id, "stripe", now=at)
        assert waiting_work.found(tx, at)[Work.PAYOUTS] == set()
        payout_rounds.failed(tx, connection_id, "stripe", "x" * 900, asked=timedelta(0), now=at)
        assert len(payout_rounds.of(tx, connection_id)["stripe"].trouble) == 500
        again = waiting_work.found(tx, at + payout_rounds.AGAIN)
        assert again[Work.PAYOUTS] == {connection_id}
