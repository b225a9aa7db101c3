"""The command line about consents and the telephone: what it keeps, and when it refuses."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

import pytest

from connector import doctor
from connector.commands import telephone
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.deps import Deps
from connector.mirroring import mirror
from connector.recipients import consents
from dunning.customer.channels import Channel
from tests.connector.office import NOW, connect, customer
from tests.providers.twilio.switchboard import ACCOUNT, TOKEN, switchboard

CLIENT = "Cedar Books"
PHONE = "+12125550123"
GIVE = ("consent", "give", CLIENT, "--words", "order form", "--customer")


@pytest.fixture
def office(deps: Deps) -> Deps:
    connection_id = connect(deps)
    with deps.writing() as tx:
        mirror.store(tx, connection_id, [customer("c1")], read_at=NOW)
    return deps


def typed(deps: Deps, *words: str) -> str:
    """The error that a command ends with; empty where it ends well."""
    parser = ArgumentParser()
    telephone.add(Verbs(parser))
    given = parser.parse_args(words)
    try:
        given.work(deps, given)
    except CommandError as error:
        return str(error)
    return ""


def rows(deps: Deps, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert typed(deps, *words, "--json") == ""
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_consent_is_given_listed_and_taken_back(
    office: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    national = ("--channel", "text", "--number", "(212) 555-0123", "--country", "us")
    assert typed(office, *GIVE, "c1", *national) == ""
    (row,) = rows(office, capsys, "consent", "list", CLIENT)
    assert (row["address"], row["state"], row["words"]) == (PHONE, "given", "order form")
    assert "command line" in row["by"]
    assert typed(office, "consent", "revoke", CLIENT, "--number", PHONE) == ""
    found = rows(office, capsys, "consent", "list", CLIENT)
    assert {(r["channel"], r["state"]) for r in found} == {("text", "revoked"), ("call", "revoked")}
    assert {r["customer"] for r in found} == {"c1"}
    assert len(rows(office, capsys, "consent", "list", CLIENT, "--all")) == 3
    assert rows(office, capsys, "telephone", "list", CLIENT) == []


def test_an_e_mail_address_can_say_no_too(office: Deps) -> None:
    assert typed(office, "consent", "revoke", CLIENT, "--email", "Ann@Buyer.example") == ""
    with office.reading() as tx:
        assert consents.suppressed(tx, 1, Channel.EMAIL, "ann@buyer.example")


@pytest.mark.parametrize(("words", "said"), [
    ((*GIVE, "c1", "--channel", "text"), "--number"),
    ((*GIVE, "c1", "--channel", "text", "--number", "(212) 555-0123"), "--country US"),
    ((*GIVE, "c1", "--channel", "call", "--number", "12", "--country", "US"), "--number"),
    ((*GIVE, "c1", "--channel", "email", "--email", "nobody"), "--email"),
    ((*GIVE, "c9", "--channel", "text", "--number", PHONE), "no customer 'c9'"),
    (("consent", "revoke", CLIENT), "--email"),
    (("consent", "list", "Nobody"), "client list"),
    (("telephone", "list", "Nobody"), "client list"),
])  # fmt: skip
def test_bad_input_says_what_to_mend_and_keeps_nothing(
    office: Deps, words: tuple[str, ...], said: str
) -> None:
    assert said in typed(office, *words)
    with office.reading() as tx:
        assert consents.listed(tx, 1, every=True) == []


def found_by_doctor(deps: Deps, **settings: str) -> tuple[str, str]:
    config = deps.config.model_copy(update=settings)
    found = doctor._telephone(replace(deps, config=config))
    return found.state, found.what


def test_the_doctor_says_what_the_telephone_lacks(office: Deps) -> None:
    assert found_by_doctor(office)[0] == "missing"
    state, what = found_by_doctor(office, twilio_account_sid=ACCOUNT)
    assert state == "broken"
    assert "LEDGERHAND_TWILIO_AUTH_TOKEN, LEDGERHAND_TWILIO_NUMBER" in what
    with switchboard() as there:
        given = {"twilio_account_sid": ACCOUNT, "twilio_number": PHONE, "twilio_base": there.base}
        fine = found_by_doctor(office, **given, twilio_auth_token=TOKEN)
        assert fine == ("fine", f"{PHONE} of Simulated")
        state, what = found_by_doctor(office, **given, twilio_auth_token="wrong-one")
    assert state == "broken"
    assert "401" in what
    assert "wrong-one" not in what


def test_a_secret_is_not_shown_with_the_settings(office: Deps) -> None:
    config = office.config.model_copy(update={"twilio_auth_token": "hush-hush"})
    assert "hush-hush" not in repr(config)
