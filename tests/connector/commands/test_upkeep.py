"""The command line about sending domains: what it prints, and when it ends with an error."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from connector import cli, doctor
from connector.deps import Deps
from connector.recipients import mail_servers
from tests.connector.office import connect
from tests.connector.recipients.test_domains import FIRM, asking, send_as
from tests.providers.email.mailserver import Post, listening
from tests.providers.email.nameserver import Zone, serving, sound


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving() as served:
        yield served


@pytest.fixture(autouse=True)
def settings(deps: Deps, zone: Zone, monkeypatch: pytest.MonkeyPatch) -> Deps:
    """An installation that sends from a public domain, as its environment says."""
    given = asking(deps, zone, redis_url="redis://127.0.0.1:1/0")
    for name in (
        "data_dir", "database_url", "vault_keys", "mail_from", "mail_spf_include",
        "mail_dkim_selector", "dns_server", "redis_url",
    ):  # fmt: skip
        monkeypatch.setenv(f"LEDGERHAND_{name.upper()}", str(getattr(given.config, name)))
    monkeypatch.chdir(deps.config.data_dir)
    return given


def run(*arguments: str) -> str:
    """The error that a command ends with; empty where it ends well."""
    try:
        cli.main(arguments)
    except SystemExit as end:
        return str(end.code)
    return ""


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_check_reads_the_dns_and_says_what_to_mend(
    zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("domain", "check", "--json") == f"ledgerhand: nothing is sent from ar@{FIRM}"
    (row,) = rows(capsys)
    assert (row["spf"], row["dkim"], row["dmarc"]) == ("missing",) * 3
    assert row["may_send"] is False
    assert "Add a TXT record" in row["what"]
    zone.texts |= sound(FIRM)
    assert run("domain", "check", "--json") == ""
    (row,) = rows(capsys)
    assert (row["spf"], row["dkim"], row["dmarc"]) == ("pass",) * 3
    assert row["may_send"] is True


def test_a_list_asks_nobody(zone: Zone, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("domain", "list", "--json") == ""
    (row,) = rows(capsys)
    assert (row["sender"], row["spf"]) == (f"ar@{FIRM}", "")
    assert (row["checked_at"], row["may_send"]) == (None, False)
    assert zone.asked == []


def test_a_list_for_people_names_every_sender(
    deps: Deps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    connect(deps)
    send_as(deps, 1, "a@b-example.net")
    assert run("domain", "list") == ""
    told = capsys.readouterr().out
    assert f"ar@{FIRM}" in told
    assert "a@b-example.net" in told


def test_one_domain_is_checked_alone_whether_it_is_in_use_or_not(
    zone: Zone, capsys: pytest.CaptureFixture[str]
) -> None:
    zone.texts |= sound("new-example.net")
    assert run("domain", "check", "New-Example.net.", "--json") == ""
    (row,) = rows(capsys)
    assert (row["sender"], row["may_send"]) == ("new-example.net", True)
    assert FIRM not in zone.asked


def test_a_clients_own_mail_server_is_set_with_its_password_on_standard_input(
    deps: Deps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(deps)
    with listening(Post(), sign_in=True) as port:
        order = ("domain", "server", "1", "127.0.0.1", "--port", str(port), "--user", "clerk")
        order = (*order, "--security", "none")
        monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
        error = run(*order)
        assert "nothing was changed: the mail server refused the sign-in (535): 5.7.8" in error
        assert "a password made for programs" in error
        monkeypatch.setattr("sys.stdin", io.StringIO("right\n"))
        assert run(*order) == ""
    assert "Give --selector or --include" in capsys.readouterr().out
    with deps.reading() as tx:
        assert mail_servers.find(tx, 1)
    assert run("domain", "server", "1", "none") == ""
    with deps.reading() as tx:
        assert mail_servers.find(tx, 1) is None


def test_what_is_no_domain_is_not_looked_up(zone: Zone) -> None:
    assert "'a b' is no domain; write one such as" in run("domain", "check", "a b")
    assert zone.asked == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DNS_SERVER", "resolver.test", "write an IP address"),
        ("DNS_SERVER", "127.0.0.1:99999", "write an IP address"),
        ("DNS_SERVER", "[127.0.0.1", "write an IP address"),
        ("MAIL_SPF_INCLUDE", "include:spf.post.test", "write the name alone"),
        ("MAIL_DKIM_SELECTOR", "lh._domainkey", "write what stands before ._domainkey"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"LEDGERHAND_{name}", value)
    error = run("domain", "list")
    assert error.startswith(f"ledgerhand: LEDGERHAND_{name}: ")
    assert said in error


def sending(deps: Deps) -> tuple[str, str]:
    found = {finding.part: finding for finding in doctor.examine(deps)}["sending"]
    return found.state, found.what


def test_the_doctor_looks_at_the_sending_domain(settings: Deps, zone: Zone) -> None:
    state, what = sending(settings)
    assert state == "broken"
    assert "does not vouch for our messages" in what
    zone.texts |= sound(FIRM)
    assert sending(settings) == ("fine", f"{FIRM} vouches for our messages.")
    connect(settings)
    send_as(settings, 1, "a@b-example.net")
    assert sending(settings) == (
        "broken", "The DNS of b-example.net has not been read yet."
    )  # fmt: skip


def test_the_doctor_bears_a_database_without_the_table(settings: Deps) -> None:
    with settings.engine.begin() as tx:
        tx.exec_driver_sql("DROP TABLE sending_domain")
    assert sending(settings) == ("broken", "unknown: see the database")
