"""A client's own mail server, from its setting to what arrives there, or waits."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest

from connector import vault
from connector.access import installs, mail_setup
from connector.access.mail_setup import NotTaken
from connector.deps import Deps
from connector.notifications import digest
from connector.outgoing.intents import Step
from connector.recipients import mail_servers
from connector.recipients.domains import AGAIN
from connector.recipients.mail_servers import BadServer, MailServer, Settings
from connector.rules.modes import Mode
from connector.vault import Vault
from providers.email.smtp import Security
from tests.connector.firm import Firm
from tests.connector.office import connect
from tests.connector.recipients.test_clearance import opened, waiting
from tests.connector.recipients.test_domains import send_as
from tests.providers.email.mailserver import Post, certificate, listening
from tests.providers.email.nameserver import Zone, serving, sound

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
HOME = "client-example.net"
CLIENT = 1


@pytest.fixture
def zone() -> Iterator[Zone]:
    """The client's domain vouches for its own server, and not for the installation's."""
    records = sound(HOME)
    key = records.pop(f"lh._domainkey.{HOME}")
    records |= {
        HOME: ["v=spf1 include:spf.client.test -all"], "spf.client.test": ["v=spf1 -all"],
        f"own._domainkey.{HOME}": key,
    }  # fmt: skip
    with serving(**records) as served:
        yield served


@pytest.fixture
def firm(open_firm: Opens, ledger: str, zone: Zone) -> Firm:
    """A client with an address of its own; one customer of its is late."""
    firm = opened(open_firm, ledger, zone, mail_from="hand@service.test")
    send_as(firm.deps, CLIENT, f"billing@{HOME}")
    firm.owe(firm.books.customer("Ash"), "INV-1")
    return firm


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that demands a sign-in over STARTTLS, with a certificate that the system trusts."""
    tls, _ = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    with listening(post, tls=tls, sign_in=True) as port:
        yield port


def at(port: int, **more: object) -> Settings:
    plain = Settings("127.0.0.1", port, "clerk", dkim_selector="own")
    return replace(plain, **more)  # type: ignore[arg-type]


def set_up(firm: Firm, port: int, **more: object) -> str:
    return mail_setup.keep(firm.deps, CLIENT, at(port, **more), "right", by="ann")


def found(deps: Deps) -> MailServer | None:
    with deps.reading() as tx:
        return mail_servers.find(tx, CLIENT)


def spoil(firm: Firm, password: str) -> None:
    """The password is another one at the server from now on."""
    server = found(firm.deps)
    assert server
    with firm.deps.writing() as tx:
        mail_servers.keep(tx, Vault(firm.deps.config.keys), CLIENT, server.settings, password,
                          at=firm.deps.now(), by="ann")  # fmt: skip


def blocked(firm: Firm) -> list[str]:
    with firm.deps.reading() as tx:
        day = digest.of(tx, firm.deps.config, firm.connection, firm.today)
    return [line.text for line in day.blocked]


def test_customers_are_written_to_through_the_clients_server(
    firm: Firm, post: Post, port: int
) -> None:
    assert set_up(firm, port).startswith("250 ")
    assert post.arrived == []
    firm.pass_time(hours=1)
    (taken,) = post.taken
    mail = email.message_from_bytes(taken.content, policy=default)
    assert mail["From"].addresses[0].addr_spec == f"billing@{HOME}"
    assert taken.mail_from == f"billing@{HOME}"
    assert firm.mails() == []
    (entry,) = firm.log("mail_server.set")
    assert entry.what == {"host": f"127.0.0.1:{port}", "user": "clerk"}


def test_what_is_no_address_of_the_clients_goes_through_the_installations(
    open_firm: Opens, post: Post, port: int
) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT})
    set_up(firm, port)
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(hours=1)
    assert len(firm.mails()) == 1
    assert post.arrived == []


def test_a_refused_sign_in_holds_all_messages_and_after_mending_they_go_out(
    firm: Firm, post: Post, port: int
) -> None:
    set_up(firm, port)
    spoil(firm, "wrong")
    firm.owe(firm.books.customer("Birch"), "INV-2")
    for _ in range(3):
        firm.pass_time(hours=1)
    reasons = waiting(firm)
    assert len(reasons) == 2
    refused = "cannot be used: the mail server refused the sign-in (535). Check"
    assert all(f"not sent yet: The client's mail server 127.0.0.1:{port} {refused}" in why
               for why in reasons)  # fmt: skip
    assert len(firm.log("send_reminder.waits")) == 2
    assert len([line for line in blocked(firm) if "refused the sign-in" in line]) == 2
    assert (post.arrived, firm.mails(), firm.intents(Step.PERSON)) == ([], [], [])
    server = found(firm.deps)
    assert server
    assert server.said
    set_up(firm, port)
    firm.pass_time(hours=1)
    assert len(post.taken) == 2
    assert waiting(firm) == []
    assert firm.mails() == []


def test_one_message_asks_a_server_in_trouble_again_and_only_after_an_hour(
    firm: Firm, post: Post, port: int
) -> None:
    set_up(firm, port)
    spoil(firm, "wrong")
    firm.owe(firm.books.customer("Birch"), "INV-2")
    firm.pass_time(minutes=30)
    first = found(firm.deps)
    firm.pass_time(minutes=20)
    assert found(firm.deps) == first
    firm.pass_time(hours=1)
    later = found(firm.deps)
    assert first
    assert later
    assert first.trouble_at
    assert later.trouble_at
    assert later.trouble_at - first.trouble_at >= AGAIN


def test_a_server_mended_at_its_own_side_is_used_again(
    firm: Firm, post: Post, port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_up(firm, port)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    firm.pass_time(hours=1)
    (why,) = waiting(firm)
    assert "the mail server's certificate is not valid" in why
    assert post.arrived == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    firm.pass_time(hours=1)
    firm.pass_time(minutes=10)
    assert len(post.taken) == 1
    server = found(firm.deps)
    assert server
    assert (server.trouble, server.trouble_at) == ("", None)


def test_a_selector_that_has_no_key_holds_messages_back(firm: Firm, post: Post, port: int) -> None:
    set_up(firm, port, dkim_selector="other")
    firm.pass_time(hours=1)
    (why,) = waiting(firm)
    assert f"There is no key at other._domainkey.{HOME}" in why
    assert "_ledgerhand" not in why
    assert post.arrived == []


@pytest.mark.parametrize(("_case", "taken_out", "sent"), [
    ("sound SPF and a policy", "", 1), ("no SPF", HOME, 0), ("no policy", f"_dmarc.{HOME}", 0),
])  # fmt: skip
def test_where_nobody_told_how_the_domain_vouches_spf_and_dmarc_must_be_there(
    open_firm: Opens, zone: Zone, post: Post, port: int, _case: str, taken_out: str, sent: int
) -> None:
    firm = opened(open_firm, "xero", zone)
    send_as(firm.deps, CLIENT, f"billing@{HOME}")
    zone.texts[taken_out] = []
    firm.owe(firm.books.customer("Ash"), "INV-1")
    set_up(firm, port, dkim_selector="")
    firm.pass_time(hours=1)
    assert (len(post.taken), len(waiting(firm))) == (sent, 1 - sent)


def test_what_does_not_let_us_in_is_not_kept(firm: Firm, port: int) -> None:
    with pytest.raises(NotTaken, match="refused the sign-in") as wrong:
        mail_setup.keep(firm.deps, CLIENT, at(port), "wrong", by="ann")
    assert "password made for programs" in wrong.value.mend
    with pytest.raises(NotTaken, match="does not let us in now"):
        mail_setup.keep(firm.deps, CLIENT, at(1), "right", by="ann")
    assert found(firm.deps) is None
    assert firm.log("mail_server.set") == []


def test_a_kept_password_is_said_at_the_same_sign_in_only(firm: Firm, port: int) -> None:
    set_up(firm, port)
    mail_setup.keep(firm.deps, CLIENT, at(port, spf_include="spf.client.test"), "", by="ann")
    for other in ({"host": "localhost"}, {"username": "boss"}, {"security": Security.NONE}):
        with pytest.raises(BadServer, match="password is missing"):
            mail_setup.try_out(firm.deps, CLIENT, at(port, **other), "")
    server = found(firm.deps)
    assert server
    assert server.settings.spf_include == "spf.client.test"
    assert server.password(Vault(firm.deps.config.keys)) == "right"
    assert "right" not in repr(server)


@pytest.mark.parametrize(("changed", "production", "said"), [
    ({"host": "127.0.0.1"}, True, "a name on the internet"),
    ({"host": "localhost"}, True, "a name on the internet"),
    ({"host": "mail.internal"}, True, "a name on the internet"),
    ({"host": "0x7f.1"}, True, "a name on the internet"),
    ({"host": "93.184.216.34"}, True, "a name on the internet"),
    ({"host": "10.0.0.1"}, False, "is no host"),
    ({"host": "smtp client"}, False, "is no host"),
    ({"port": 0}, False, "the port is a number"),
    ({"port": 465}, False, "choose TLS"),
    ({"host": "smtp.firm-example.net", "security": Security.NONE}, False, "in the clear"),
    ({"username": "clerk\r\nQUIT"}, False, "user name"),
    ({"username": ""}, False, "user name"),
    ({"dkim_selector": "a b"}, False, "DKIM selector"),
    ({"spf_include": "include:spf.test"}, False, "name in SPF"),
])  # fmt: skip
def test_settings_that_cannot_be_used(
    changed: dict[str, object], production: bool, said: str
) -> None:
    with pytest.raises(BadServer, match=said):
        mail_servers.checked(replace(at(587), **changed), production=production)


def test_passwords_are_sealed_anew_under_new_keys(both: Deps) -> None:
    connect(both)
    old = Vault(both.config.keys)
    with both.writing() as tx:
        mail_servers.keep(tx, old, CLIENT, at(587), "right", at=both.now(), by="ann")
        assert mail_servers.count(tx) == 1
    name, _, text = vault.new_key().partition(":")
    config = both.config.model_copy(
        update={"vault_keys": f"{name}:{text},{both.config.vault_keys}"}
    )
    del config.__dict__["keys"]
    fresh = Vault(config.keys)
    with both.writing() as tx:
        assert mail_servers.reseal(tx, fresh) == 1
        assert mail_servers.reseal(tx, fresh) == 0
    server = found(both)
    assert server
    assert server.sealed.startswith(f"{name}:")
    assert server.password(Vault({name: fresh.keys[name]})) == "right"


def test_who_leaves_leaves_no_password(firm: Firm, port: int) -> None:
    set_up(firm, port)
    installs.gone(firm.deps, firm.connection, by="ann", reason="over")
    assert found(firm.deps) is None


def test_back_to_the_installations_nothing_goes_from_an_address_that_does_not_name_it(
    firm: Firm, post: Post, port: int
) -> None:
    set_up(firm, port)
    assert mail_setup.forget(firm.deps, CLIENT, by="ann")
    assert not mail_setup.forget(firm.deps, CLIENT, by="ann")
    firm.pass_time(hours=1)
    assert (firm.mails(), post.arrived, len(waiting(firm))) == ([], [], 1)
    assert [entry.actor for entry in firm.log("mail_server.forgotten")] == ["ann"]
