"""Nothing leaves from a domain that may not send, and nothing is lost meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from connector.recipients.domains import KNOWN_FOR
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.recipients.test_domains import send_as
from tests.providers.email.nameserver import Zone, serving, sound

pytestmark = pytest.mark.either_ledger

FIRM = "firm-example.net"
Opens = Callable[..., Firm]


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving() as served:
        yield served


@pytest.fixture
def firm(open_firm: Opens, ledger: str, zone: Zone) -> Firm:
    """A firm at a public domain whose DNS says nothing yet; one customer is late."""
    made = opened(open_firm, ledger, zone)
    made.owe(made.books.customer("Ash"), "INV-1")
    return made


def opened(open_firm: Opens, ledger: str, zone: Zone, **settings: Any) -> Firm:
    given = {
        "mail_from": f"ar@{FIRM}", "mail_spf_include": "spf.post.test", "mail_dkim_selector": "lh",
        "dns_server": zone.address, **settings,
    }  # fmt: skip
    return open_firm(ledger, modes={"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}, **given)


def waiting(firm: Firm) -> list[str]:
    """The reasons of the reminders that wait."""
    return [
        i.error for i in firm.intents(Step.INTENDED) if i.subject.startswith("customer")
    ]  # fmt: skip


def test_sending_stays_off_until_alignment_passes(firm: Firm, zone: Zone) -> None:
    firm.pass_time(hours=1)
    (why,) = waiting(firm)
    assert why.startswith(f"not sent yet: {FIRM} does not vouch for our messages.")
    assert firm.mails() == []
    assert firm.writes() == []
    zone.texts |= sound(FIRM) | {f"_dmarc.{FIRM}": []}
    firm.pass_time(hours=1)
    assert firm.mails() == []
    (why,) = waiting(firm)
    assert why == (
        f"not sent yet: {FIRM} does not vouch for our messages. {FIRM} has no DMARC policy."
        f" Add a TXT record at _dmarc.{FIRM} with `v=DMARC1; p=none`."
    )
    zone.texts |= sound(FIRM)
    firm.pass_time(hours=1)
    (mail,) = firm.mails()
    assert dict(mail["headers"])["From"].endswith(f"<ar@{FIRM}>")
    assert waiting(firm) == []
    assert firm.mailbox.wrong == []


def test_the_trail_tells_each_reason_once(firm: Firm, zone: Zone) -> None:
    for _ in range(4):
        firm.pass_time(hours=1)
    zone.texts |= {FIRM: ["v=spf1 +all"]}
    for _ in range(3):
        firm.pass_time(hours=1)
    told = [entry.what["reason"] for entry in firm.log("send_reminder.waits")]
    assert len(told) == 2
    assert "lets everybody send" not in told[0]
    assert "lets everybody send" in told[1]
    assert firm.log("send_reminder.sent") == []


def test_while_a_message_waits_the_ledger_is_not_asked_about_it(firm: Firm) -> None:
    firm.pass_time(hours=1)
    asked = [row for row in firm.requests() if row["kind"].endswith("invoice.read")]
    firm.pass_time(hours=3)
    again = [row for row in firm.requests() if row["kind"].endswith("invoice.read")]
    assert len(again) == len(asked)


def test_what_is_paid_while_it_waits_is_never_asked_for(firm: Firm, zone: Zone) -> None:
    firm.pass_time(hours=1)
    (waits,) = firm.intents(Step.INTENDED)
    effect = waits.effect
    assert isinstance(effect, SendReminder)
    (invoice,) = effect.invoice_ids
    firm.books.pay_by_hand(effect.customer_id, invoice, Decimal("100.00"), firm.today)
    zone.texts |= sound(FIRM)
    firm.pass_time(hours=2)
    assert firm.mails() == []
    assert waiting(firm) == []


def test_trouble_in_the_dns_holds_messages_back_only_after_a_week(firm: Firm, zone: Zone) -> None:
    zone.texts |= sound(FIRM)
    firm.pass_time(hours=1)
    assert len(firm.mails()) == 1
    zone.failing.add(FIRM)
    firm.owe(firm.books.customer("Birch"), "INV-2")
    firm.pass_nights(1)
    assert len(firm.mails()) >= 2
    sent = len(firm.mails())
    firm.pass_nights(KNOWN_FOR.days)
    firm.owe(firm.books.customer("Cedar"), "INV-3")
    firm.pass_time(hours=1)
    assert any("was last read on" in why for why in waiting(firm))
    assert not any("INV-3" in str(mail) for mail in firm.mails()[sent:])


def test_every_night_the_dns_is_read_though_nothing_is_to_be_sent(
    open_firm: Opens, ledger: str, zone: Zone
) -> None:
    zone.texts |= sound(FIRM)
    firm = opened(open_firm, ledger, zone)
    asked = zone.asked.count(FIRM)
    assert asked == 1
    firm.pass_nights(3)
    assert zone.asked.count(FIRM) == 4


def test_a_client_writes_from_its_own_domain_once_that_names_it(
    open_firm: Opens, ledger: str, zone: Zone
) -> None:
    firm = opened(open_firm, ledger, zone, mail_from="hand@service.test")
    send_as(firm.deps, firm.connection.client_id, f"Billing@{FIRM}")
    zone.texts |= sound(FIRM)
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(hours=1)
    assert firm.mails() == []
    (why,) = waiting(firm)
    assert f"Add a TXT record at _ledgerhand.{FIRM}" in why
    place = f"{firm.deps.config.base_url}/clients/{firm.connection.client_id}"
    zone.texts[f"_ledgerhand.{FIRM}"] = [place]
    firm.pass_time(hours=1)
    (mail,) = firm.mails()
    headers = dict(mail["headers"])
    assert headers["From"].endswith(f"<Billing@{FIRM}>")
    assert headers["Message-ID"].endswith(f"@{FIRM}>")


def test_in_production_a_name_that_nobody_owns_sends_nothing(
    open_firm: Opens, ledger: str, zone: Zone
) -> None:
    firm = opened(open_firm, ledger, zone, mail_from="ar@localhost")
    config = firm.deps.config.model_copy(update={"production": True})
    firm.universe.deps = replace(firm.deps, config=config)
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(hours=1)
    assert firm.mails() == []
    assert ["LEDGERHAND_MAIL_FROM" in why for why in waiting(firm)] == [True]


def test_an_installations_server_that_lets_nobody_in_holds_messages_back(
    open_firm: Opens, ledger: str, zone: Zone
) -> None:
    firm = opened(open_firm, ledger, zone, mail_from="hand@service.test", smtp_username="clerk")
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(hours=2)
    (why,) = waiting(firm)
    assert why.startswith("not sent yet: The installation's mail server cannot be used: ")
    assert (firm.mails(), firm.intents(Step.PERSON)) == ([], [])
    assert len(firm.log("send_reminder.waits")) == 1
    config = firm.deps.config.model_copy(update={"smtp_username": ""})
    firm.universe.deps = replace(firm.deps, config=config)
    firm.pass_time(hours=1)
    assert len(firm.mails()) == 1
