"""Addresses that may be told, and those that are never called; secrets at rest."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
import sqlalchemy as sa

from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import BadEndpoint
from connector.notifications import hooks
from connector.outgoing.intents import Step
from connector.vault import Vault, new_key
from tests.connector.firm import Firm
from tests.connector.hooked import (
    CLIENT,
    deliveries,
    endpoints,
    firm,
    named,
    system,
)
from tests.connector.listener import Listener

pytestmark = pytest.mark.either_ledger

__all__ = ["firm", "system"]


INSIDE = [
    "https://10.0.0.8/hook", "https://169.254.169.254/latest/meta-data",
    "https://192.168.1.1/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/", "https://0.0.0.0/", "https://100.64.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", [*INSIDE, "https://0x0a000008/", "https://167772168/"])
def test_an_address_inside_is_not_taken(firm: Firm, url: str) -> None:
    with pytest.raises(BadEndpoint, match="is an address inside a network"):
        hooks.add(firm.deps, CLIENT, url, by="ann")
    firm.settle()
    assert (endpoints(firm), deliveries(firm), firm.log("hook.added")) == ([], [], [])


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_never_called(firm: Firm, url: str) -> None:
    """Whatever was kept: a name may come to lead there later."""
    hooks.add(firm.deps, CLIENT, "https://crm.invalid/", by="ann")
    with firm.deps.writing() as tx:
        tx.execute(sa.update(hook_endpoints.endpoint_table).values(url=url))
    firm.settle()
    (intent,) = deliveries(firm)
    assert intent.state is Step.PERSON
    assert "which is not on the internet" in intent.error
    firm.pass_days(1)
    assert deliveries(firm)[0].attempts == 1


@pytest.mark.parametrize("url", ["https://8.8.8.8/hook", "https://[2606:4700::1111]/hook"])
def test_an_address_on_the_internet_is_taken(firm: Firm, url: str) -> None:
    hooks.add(firm.deps, CLIENT, url, by="ann")
    assert [one.url for one in endpoints(firm)] == [url]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_in_production_the_address_of_this_machine_is_not_taken(firm: Firm, host: str) -> None:
    deps = replace(firm.deps, config=firm.deps.config.model_copy(update={"production": True}))
    with pytest.raises(BadEndpoint, match="is an address inside a network"):
        hooks.add(deps, CLIENT, f"https://{host}/", by="ann")
    assert endpoints(firm) == []


def test_in_production_a_name_that_leads_to_this_machine_is_never_called(
    firm: Firm, system: Listener
) -> None:
    config = firm.deps.config.model_copy(update={"production": True})
    url = system.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
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
    assert endpoints(firm) == []


def test_no_address_is_told_twice_over_and_there_are_five_at_most(firm: Firm) -> None:
    for number in range(5):
        hooks.add(firm.deps, CLIENT, f"https://crm{number}.invalid/", by="ann")
    with pytest.raises(BadEndpoint, match="is told already"):
        hooks.add(firm.deps, CLIENT, "https://crm1.invalid/", by="ann")
    with pytest.raises(BadEndpoint, match="5 addresses already"):
        hooks.add(firm.deps, CLIENT, "https://crm9.invalid/", by="ann")


def test_secrets_are_sealed_and_their_keys_can_be_rotated(firm: Firm, system: Listener) -> None:
    before = named(firm, system)
    (endpoint,) = endpoints(firm)
    after = hooks.renew_secret(firm.deps, CLIENT, endpoint.id, by="ann")
    (endpoint,) = endpoints(firm)
    assert before not in endpoint.sealed + endpoint.sealed_before
    keys = dict([new_key().split(":")]) | firm.deps.config.keys
    fresh = Vault({name: base64.b64decode(k) if isinstance(k, str) else k
                   for name, k in keys.items()})  # fmt: skip
    with firm.deps.writing() as tx:
        assert hook_endpoints.reseal(tx, fresh) == 1
        assert hook_endpoints.reseal(tx, fresh) == 0
    (endpoint,) = endpoints(firm)
    assert hook_endpoints.secrets_of(fresh, endpoint, firm.deps.now()) == [after, before]
