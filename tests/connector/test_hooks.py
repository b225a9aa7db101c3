"""A client's own system is told of each change once, signed, and again until it has heard."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connector import answers, hook_delivery, hook_endpoints, hooks, mirror, promises
from connector.effects import SendHook
from connector.hook_endpoints import BadEndpoint, State
from connector.intents import Intent, Step
from connector.modes import Mode
from connector.vault import Vault, new_key
from dunning.account import Promise
from providers.money import Money
from providers.standard_webhooks import signing
from tests.connector.firm import Firm
from tests.connector.listener import Heard, Listener, listening
from tests.connector.notified import Opens, at_once

CLIENT = 1
REMIND = {"remind": Mode.AUTOPILOT}


@pytest.fixture
def system() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger)
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=4)
    firm.sweep()
    return firm


def named(firm: Firm, system: Listener) -> str:
    """The secret of the address, once everybody was told of."""
    _, secret = hooks.add(firm.deps, CLIENT, system.url, by="ann")
    firm.settle()
    return secret


def deliveries(firm: Firm) -> list[Intent]:
    return [intent for intent in firm.intents() if isinstance(intent.effect, SendHook)]


def published_rule(heard: Heard, secret: str) -> str:
    """What standardwebhooks.com says that the signature is."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        (heard.headers["webhook-id"].encode(), heard.headers["webhook-timestamp"].encode(),
         heard.raw)
    )  # fmt: skip
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_no_system_is_told_anything_before_one_is_named(firm: Firm, system: Listener) -> None:
    firm.owe(firm.books.customer("Birch"), "INV-2", late_days=9)
    firm.pass_days(2)
    assert deliveries(firm) == []
    assert system.heard == []


def test_where_each_customer_stands_is_told_at_once(firm: Firm, system: Listener) -> None:
    firm.books.customer("Owes Nothing")
    firm.pass_time(minutes=20)
    named(firm, system)
    (heard,) = system.heard
    told = dict(heard.data)
    link = told.pop("link")
    assert link == f"http://ledgerhand.test/connections/1/customers/{told.pop('customer_id')}"
    assert told == {
        "name": "Ash",
        "company": {"id": 1, "name": firm.connection.name, "ledger": firm.ledger},
        "accounts": [{
            "currency": "USD", "overdue": "120.00", "oldest_due": "2026-02-26", "stage": "",
            "promise": None,
        }],
        "hold": "", "next_step_on": None, "change": 1,
    }  # fmt: skip
    assert heard.headers["content-type"] == "application/json"


def test_it_is_signed_by_the_published_rule(firm: Firm, system: Listener) -> None:
    secret = named(firm, system)
    (heard,) = system.heard
    assert heard.headers["webhook-signature"] == published_rule(heard, secret)
    assert signing.is_genuine(heard.raw, heard.headers, secret, now=firm.deps.now())
    assert not signing.is_genuine(heard.raw + b" ", heard.headers, secret, now=firm.deps.now())
    assert heard.headers["webhook-id"].startswith("msg_")


def test_while_a_secret_is_changed_both_sign_and_after_a_day_the_new_one_alone(
    firm: Firm, system: Listener
) -> None:
    before = named(firm, system)
    (endpoint,) = _endpoints(firm)
    after = hooks.renew_secret(firm.deps, CLIENT, endpoint.id, by="ann")
    assert after != before
    _pause(firm)
    both = system.heard[-1]
    assert both.headers["webhook-signature"].split() == [
        published_rule(both, after), published_rule(both, before),
    ]  # fmt: skip
    firm.pass_time(hours=25)
    _resume(firm)
    assert system.heard[-1].headers["webhook-signature"] == published_rule(system.heard[-1], after)


def test_each_change_is_told_once_and_the_same_state_never_twice(
    open_firm: Opens, ledger: str, system: Listener
) -> None:
    firm = open_firm(ledger, modes=REMIND)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.sweep()
    named(firm, system)
    assert system.by_name()["Ash"]["accounts"][0]["stage"] == ""
    firm.pass_days(2)
    firm.pass_time(minutes=20)
    stages = [one.data["accounts"][0]["stage"] for one in system.heard]
    assert stages == ["", "friendly"]
    for _ in range(4):
        firm.sweep()
    firm.restart()
    firm.pass_time(hours=1)
    assert len(system.heard) == 2
    assert [one.data["change"] for one in system.heard] == [1, 2]


def test_what_falls_due_overnight_is_told_on_the_next_day(firm: Firm, system: Listener) -> None:
    firm.owe(firm.books.customer("Birch"), "INV-2", "90.00", late_days=0)
    firm.sweep()
    named(firm, system)
    assert "Birch" not in system.by_name()
    firm.pass_time(hours=14)
    assert "Birch" not in system.by_name()
    firm.pass_time(hours=2)
    (account,) = system.by_name()["Birch"]["accounts"]
    assert (account["overdue"], account["oldest_due"]) == ("90.00", "2026-03-02")


def test_promises_holds_and_payment_are_changes(firm: Firm, system: Listener) -> None:
    named(firm, system)
    customer = system.by_name()["Ash"]["customer_id"]
    with firm.deps.writing() as tx:
        (invoice,) = mirror.of_customers(tx, firm.connection_id, [customer])
        owed = Money.of("120.00", "USD")
        promises.add(
            tx, firm.connection_id, customer,
            Promise((invoice.id,), owed, date(2026, 3, 9), date(2026, 3, 2), owed),
            source="person", words="", by="ann", at=firm.deps.now(),
        )  # fmt: skip
    firm.pass_time(minutes=1)
    assert system.by_name()["Ash"]["accounts"][0]["promise"] == {
        "amount": "120.00", "on": "2026-03-09", "state": "open",
    }  # fmt: skip
    _pause(firm, customer)
    assert system.by_name()["Ash"]["hold"] == "paused: they asked us to"
    _resume(firm, customer)
    firm.switch(cash=Mode.AUTOPILOT)
    firm.pay(customer, "120.00", "INV-1")
    firm.sweep()
    account = system.by_name()["Ash"]["accounts"][0]
    assert (account["overdue"], account["promise"]["state"]) == ("0.00", "kept")
    changes = [one.data["change"] for one in system.heard]
    assert changes == sorted(set(changes))


def test_two_workers_tell_a_change_once(firm: Firm, system: Listener) -> None:
    named(firm, system)
    firm.owe(firm.books.customer("Birch"), "INV-2", late_days=9)
    firm.world.clock.advance(timedelta(minutes=20))
    at_once(firm, "sync", "decide", "deliver")
    names = [one.data["name"] for one in system.heard]
    assert sorted(names) == ["Ash", "Birch"]


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
    (endpoint,) = _endpoints(firm)
    assert hooks.again(firm.deps, CLIENT, endpoint.id, by="ann") == 1
    firm.settle()
    assert len(system.heard) == 11
    assert deliveries(firm)[-1].state is Step.CONFIRMED


def test_a_change_that_was_overtaken_is_not_told_any_more(firm: Firm, system: Listener) -> None:
    system.answers = [500]
    named(firm, system)
    _pause(firm)
    firm.pass_time(seconds=10)
    holds = [one.data["hold"] for one in system.heard]
    assert holds == ["", "paused: they asked us to"]
    first, second = deliveries(firm)
    assert (first.state, first.error) == (Step.REFUSED, "overtaken by a newer change")
    assert second.state is Step.CONFIRMED


def test_an_address_that_says_it_is_gone_is_told_nothing_more(firm: Firm, system: Listener) -> None:
    system.answers = [410]
    named(firm, system)
    (endpoint,) = _endpoints(firm)
    assert endpoint.state is State.GONE
    _pause(firm)
    firm.pass_days(1)
    assert len(system.heard) == 1
    assert firm.log("hook.gone")
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


def test_who_died_while_telling_tells_it_again_under_the_same_id(
    firm: Firm, system: Listener
) -> None:
    alive = firm.deps

    def die(point: str) -> None:
        if point == "hook.sent":
            raise KeyboardInterrupt

    firm.universe.deps = replace(alive, reached=die)
    with pytest.raises(KeyboardInterrupt):
        named(firm, system)
    firm.universe.deps = alive
    firm.pass_time(minutes=2)
    assert len(system.heard) == 2
    assert len({one.headers["webhook-id"] for one in system.heard}) == 1


def test_a_dropped_address_hears_nothing_more(firm: Firm, system: Listener) -> None:
    system.answers = [500]
    named(firm, system)
    (endpoint,) = _endpoints(firm)
    hooks.drop(firm.deps, CLIENT, endpoint.id, by="ann")
    firm.pass_days(1)
    assert len(system.heard) == 1
    assert [one.state for one in deliveries(firm)] == [Step.REFUSED]
    assert [entry.actor for entry in firm.log("hook.dropped")] == ["ann"]


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.8/hook", "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/", "https://0.0.0.0/", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_an_address_inside_is_never_called(firm: Firm, url: str) -> None:
    hooks.add(firm.deps, CLIENT, url, by="ann")
    firm.settle()
    (intent,) = deliveries(firm)
    assert intent.state is Step.PERSON
    assert "which is not on the internet" in intent.error
    firm.pass_days(1)
    assert deliveries(firm)[0].attempts == 1


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_in_production_this_machine_is_inside_too(firm: Firm, system: Listener, name: str) -> None:
    config = firm.deps.config.model_copy(update={"production": True})
    url = system.url.replace("http:", "https:").replace("127.0.0.1", name)
    deps = replace(firm.deps, config=config)
    with pytest.raises(BadEndpoint, match="no address that can be used"):
        hooks.add(deps, CLIENT, system.url, by="ann")
    hooks.add(deps, CLIENT, url, by="ann")
    firm.universe.deps = replace(deps, config=config.model_copy(update={"mail_from": "ar@a.org"}))
    firm.settle()
    (intent,) = deliveries(firm)
    assert "which is not on the internet" in intent.error
    assert system.heard == []


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://crm.example/hook", "write https://"), ("ftp://crm.example", "write https://"),
        ("https://user:word@crm.example/", "write https://"), ("crm.example", "write https://"),
        (f"https://crm.example/{'a' * 500}", "more than 500 characters"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused(firm: Firm, url: str, named: str) -> None:
    with pytest.raises(BadEndpoint, match=named):
        hooks.add(firm.deps, CLIENT, url, by="ann")
    assert _endpoints(firm) == []


def test_no_address_is_told_twice_over_and_there_are_five_at_most(firm: Firm) -> None:
    for number in range(5):
        hooks.add(firm.deps, CLIENT, f"https://crm{number}.invalid/", by="ann")
    with pytest.raises(BadEndpoint, match="is told already"):
        hooks.add(firm.deps, CLIENT, "https://crm1.invalid/", by="ann")
    with pytest.raises(BadEndpoint, match="5 addresses already"):
        hooks.add(firm.deps, CLIENT, "https://crm9.invalid/", by="ann")


def test_secrets_are_sealed_and_their_keys_can_be_rotated(firm: Firm, system: Listener) -> None:
    before = named(firm, system)
    (endpoint,) = _endpoints(firm)
    after = hooks.renew_secret(firm.deps, CLIENT, endpoint.id, by="ann")
    (endpoint,) = _endpoints(firm)
    assert before not in endpoint.sealed + endpoint.sealed_before
    keys = dict([new_key().split(":")]) | firm.deps.config.keys
    fresh = Vault({name: base64.b64decode(k) if isinstance(k, str) else k
                   for name, k in keys.items()})  # fmt: skip
    with firm.deps.writing() as tx:
        assert hook_endpoints.reseal(tx, fresh) == 1
        assert hook_endpoints.reseal(tx, fresh) == 0
    (endpoint,) = _endpoints(firm)
    assert hook_endpoints.secrets_of(fresh, endpoint, firm.deps.now()) == [after, before]


def _pause(firm: Firm, customer: str = "") -> None:
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="they asked us to", customer_id=customer
    )
    firm.pass_time(seconds=1)


def _resume(firm: Firm, customer: str = "") -> None:
    answers.resume(firm.deps, firm.connection_id, by="ann", customer_id=customer)
    firm.pass_time(seconds=1)


def _endpoints(firm: Firm) -> list[hook_endpoints.Endpoint]:
    with firm.deps.reading() as tx:
        return hook_endpoints.listed(tx, CLIENT)


def _at(heard: Heard) -> datetime:
    return datetime.fromtimestamp(int(heard.headers["webhook-timestamp"]), UTC)
