"""What is known of sending domains, and whom it lets send."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.deps import Deps
from connector.recipients import domains
from connector.recipients.domains import Permission, Sender
from connector.rules import policy
from connector.rules.policy import Policy
from tests.connector.office import NOW, clock_of, connect
from tests.providers.email.nameserver import Zone, serving, sound

FIRM = "firm-example.net"
OWN = Sender(f"ar@{FIRM}")


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving(**sound(FIRM)) as served:
        yield served


def asking(deps: Deps, zone: Zone, **more: object) -> Deps:
    """The same office with this zone as its DNS."""
    changes = {
        "mail_from": OWN.address, "mail_spf_include": "spf.post.test", "mail_dkim_selector": "lh",
        "dns_server": zone.address,
    }  # fmt: skip
    return replace(deps, config=deps.config.model_copy(update=changes | more))


def may_send(deps: Deps, sender: Sender = OWN) -> Permission:
    with deps.reading() as tx:
        return domains.may_send(tx, deps.config, sender, deps.now())


def send_as(deps: Deps, client_id: int, address: str) -> None:
    """A policy in which the client has an address of its own."""
    rules = Policy.model_validate({"dunning": {"brand": {"sender_address": address}}})
    with deps.writing() as tx:
        policy.save(tx, client_id, rules, at=NOW, by="ann")


def test_a_domain_may_send_once_it_was_found_aligned(both: Deps, zone: Zone) -> None:
    deps = asking(both, zone)
    before = may_send(deps)
    assert not before.allowed
    assert before.text == f"The DNS of {FIRM} has not been read yet."
    found = domains.refresh(deps, FIRM)
    assert found is not None
    assert (found.checked_at, found.aligned, found.trouble) == (NOW, True, "")
    assert may_send(deps) == Permission(True, f"{FIRM} vouches for our messages.")


def test_it_may_not_when_something_is_taken_out_again(both: Deps, zone: Zone) -> None:
    deps = asking(both, zone)
    domains.refresh(deps, FIRM)
    zone.texts[f"_dmarc.{FIRM}"] = []
    domains.refresh(deps, FIRM)
    now = may_send(deps)
    assert not now.allowed
    assert f"Add a TXT record at _dmarc.{FIRM}" in now.text
    assert "SPF" not in now.text


def test_spf_and_dkim_are_both_told_where_neither_vouches(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    zone.texts |= {FIRM: [], f"lh._domainkey.{FIRM}": []}
    domains.refresh(deps, FIRM)
    why = may_send(deps).text
    assert why.startswith(f"{FIRM} does not vouch for our messages. ")
    assert "has no SPF record" in why
    assert "There is no key at" in why
    assert "policy" not in why


def test_what_was_read_a_week_ago_permits_nothing(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    domains.refresh(deps, FIRM)
    clock_of(deps).advance(days=7)
    assert may_send(deps).allowed
    zone.failing.add(FIRM)
    clock_of(deps).advance(seconds=1)
    domains.refresh(deps, FIRM)
    why = may_send(deps).text
    assert "was last read on 02 Mar 2026." in why
    assert "No answer from the DNS about firm-example.net: its servers are in trouble." in why


def test_trouble_in_the_dns_takes_nothing_away_at_once(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    domains.refresh(deps, FIRM)
    zone.failing.add(FIRM)
    clock_of(deps).advance(hours=1)
    found = domains.refresh(deps, FIRM)
    assert found is not None
    assert "in trouble" in found.trouble
    assert (found.checked_at, found.tried_at) == (NOW, NOW + timedelta(hours=1))
    assert may_send(deps).allowed


def test_trouble_at_the_first_reading_permits_nothing(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    zone.failing.add(FIRM)
    domains.refresh(deps, FIRM)
    assert not may_send(deps).allowed
    assert "has not been read yet. No answer from the DNS" in may_send(deps).text


@pytest.mark.parametrize("address", ["ar@localhost", "ar@firm.test", "ar@example.com", "ar"])
def test_a_name_that_nobody_owns_is_asked_nowhere(deps: Deps, zone: Zone, address: str) -> None:
    deps = asking(deps, zone)
    assert domains.refresh(deps, Sender(address).domain) is None
    answer = may_send(deps, Sender(address))
    assert answer.allowed
    assert "outside production it is not checked" in answer.text
    assert zone.asked == []


def test_in_production_such_a_name_sends_nothing(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone, production=True)
    answer = may_send(deps, Sender("ar@localhost"))
    assert not answer.allowed
    assert "LEDGERHAND_MAIL_FROM" in answer.text


def test_what_is_no_domain_sends_nothing(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    assert domains.refresh(deps, "a b.net") is None
    assert not may_send(deps, Sender("ar@a b.net")).allowed
    assert zone.asked == []


def test_a_client_sends_from_its_own_address_where_the_domain_names_it(
    deps: Deps, zone: Zone
) -> None:
    deps = asking(deps, zone, mail_from="hand@service-example.net")
    connect(deps)
    send_as(deps, 1, OWN.address)
    with deps.reading() as tx:
        sender = domains.sender_of(tx, deps.config, 1)
    assert sender == Sender(OWN.address, "http://127.0.0.1:8000/clients/1")
    domains.refresh(deps, FIRM)
    answer = may_send(deps, sender)
    assert not answer.allowed
    assert f"_ledgerhand.{FIRM} with `http://127.0.0.1:8000/clients/1`" in answer.text
    zone.texts[f"_ledgerhand.{FIRM}"] = ["http://127.0.0.1:8000/clients/1"]
    domains.refresh(deps, FIRM)
    assert may_send(deps, sender).allowed


def test_no_client_sends_in_the_name_of_another(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    connect(deps, "Cedar")
    connect(deps, "Birch")
    zone.texts[f"_ledgerhand.{FIRM}"] = ["http://127.0.0.1:8000/clients/1"]
    domains.refresh(deps, FIRM)
    for client_id in (1, 2):
        send_as(deps, client_id, OWN.address)
    with deps.reading() as tx:
        first, second = (domains.sender_of(tx, deps.config, n) for n in (1, 2))
    assert may_send(deps, first).allowed
    assert not may_send(deps, second).allowed


def test_all_senders_are_listed_once(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    for name in ("Cedar", "Birch", "Ash"):
        connect(deps, name)
    send_as(deps, 2, "ar@birch-example.net")
    with deps.reading() as tx:
        found = domains.senders(tx, deps.config)
    proof = "http://127.0.0.1:8000/clients/2"
    assert found == [OWN, Sender("ar@birch-example.net", proof)]


def test_asking_reads_the_dns_once_an_hour_until_it_may_send(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    aligned, zone.texts = zone.texts, {}
    assert not domains.ask(deps, OWN).allowed
    asked = len(zone.asked)
    assert asked > 0
    zone.texts = aligned
    clock_of(deps).advance(minutes=59)
    assert not domains.ask(deps, OWN).allowed
    assert len(zone.asked) == asked
    clock_of(deps).advance(minutes=1)
    assert domains.ask(deps, OWN).allowed
    asked = len(zone.asked)
    assert domains.ask(deps, OWN).allowed
    assert len(zone.asked) == asked


def test_every_night_a_domain_is_read_once(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    connect(deps)
    domains.refresh_nightly(deps, 1)
    asked = len(zone.asked)
    clock_of(deps).advance(hours=19)
    domains.refresh_nightly(deps, 1)
    assert len(zone.asked) == asked
    clock_of(deps).advance(hours=1)
    domains.refresh_nightly(deps, 1)
    assert len(zone.asked) == 2 * asked


def test_a_first_reading_by_several_at_once_is_kept_once(both: Deps, zone: Zone) -> None:
    deps = asking(both, zone)
    with ThreadPoolExecutor(4) as many:
        found = list(many.map(lambda _: domains.refresh(deps, FIRM), range(4)))
    assert all(known and known.aligned for known in found)
    with deps.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM sending_domain").scalar() == 1


def test_what_stands_in_the_dns_is_kept_up_to_a_length(deps: Deps, zone: Zone) -> None:
    deps = asking(deps, zone)
    zone.texts |= {FIRM: ["v=spf1 " + "x" * 5_000], f"_ledgerhand.{FIRM}": ["y" * 5_000, "z"]}
    found = domains.refresh(deps, FIRM)
    assert found is not None
    assert len(found.findings["spf"].what) == 500
    assert found.proofs == ("z",)
