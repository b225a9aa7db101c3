"""The command line about advices and payouts: what it prints, and when it ends with an error."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.commands import payers
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.deps import Deps
from providers.simulated.faults import Fault
from providers.simulated.processors.stripe import StripeAccount, charge
from tests.connector.office import connect
from tests.providers.processors.serving import Served
from tests.providers.remittances.papers import FIXTURES

REPORT = FIXTURES.parent / "processors" / "stripe_payout_reconciliation.csv"
CLIENT = ("--client", "Cedar Books")


@pytest.fixture
def office(deps: Deps, stripe_host: Served) -> Deps:
    connect(deps)
    bases = f'{{"stripe": "{stripe_host.base}"}}'
    return replace(deps, config=deps.config.model_copy(update={"processor_bases": bases}))


def typed(deps: Deps, *words: str) -> str:
    """The error that a command ends with; empty where it ends well."""
    parser = ArgumentParser()
    payers.add(Verbs(parser))
    given = parser.parse_args(words)
    try:
        given.work(deps, given)
    except CommandError as error:
        return str(error)
    return ""


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_an_advice_is_imported_and_listed(office: Deps, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(FIXTURES / "advice_de.csv")
    assert typed(office, "remittances", "import", file, *CLIENT) == ""
    assert capsys.readouterr().out == "1 advices read, 1 of them new.\n"
    assert typed(office, "remittances", "list", *CLIENT, "--json") == ""
    (row,) = rows(capsys)
    assert (row["payer"], row["total"], row["state"]) == ("Birke GmbH", "EUR 3,347.20", "waiting")
    assert row["lines"][1] == "RE-2026-002 EUR 2,300.00"
    assert typed(office, "remittances", "list", *CLIENT) == ""
    assert "Birke" in capsys.readouterr().out


def test_a_report_is_imported_and_listed(office: Deps, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(office, "payouts", "import", str(REPORT), *CLIENT) == ""
    assert capsys.readouterr().out == "3 payouts read, 3 of them new.\n"
    assert typed(office, "payouts", "list", *CLIENT, "--json") == ""
    first = rows(capsys)[-1]
    assert (first["id"], first["amount"], first["fees"]) == (
        "po_2101", "USD 1,293.10", "USD 66.90",
    )  # fmt: skip


@pytest.mark.parametrize(("words", "said"), [
    (("remittances", "import", "nowhere.pdf"), "there is no file nowhere.pdf"),
    (("remittances", "import", str(REPORT)), "nothing was imported"),
    (("remittances", "address"), "set LEDGERHAND_REMITTANCE_MAILBOX"),
    (("payouts", "import", str(FIXTURES / "advice_de.csv")), "neither a Stripe report"),
    (("payouts", "fetch"), "no stripe key for Cedar Books"),
    (("payouts", "fetch", "--since", "soon"), "'soon' is no date"),
])  # fmt: skip
def test_what_cannot_be_done_says_what_to_mend(
    office: Deps, words: tuple[str, ...], said: str
) -> None:
    assert said in typed(office, *words, *CLIENT)


def test_an_unknown_client_is_named(office: Deps) -> None:
    assert "no client 'Oak'" in typed(office, "payouts", "list", "--client", "Oak")


def test_a_key_is_given_on_standard_input_and_never_shown(
    office: Deps, stripe: StripeAccount, stripe_host: Served, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for key, said in (
        ("", "no key came"), ("sk_live_1", "no restricted key"), ("rk_test_cedar", ""),
    ):  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))
        error = typed(office, "payouts", "key", "stripe", *CLIENT)
        assert said in error
        assert "sk_live_1" not in error
    assert capsys.readouterr().out == "The stripe key of Cedar Books is sealed.\n"
    stripe.pay_out("po_1", "usd", office.now(), [charge(1, 5_000, 175)])
    stripe_host.fail(Fault("429", seconds=9))
    assert "try again in 9 seconds" in typed(office, "payouts", "fetch", *CLIENT)
    assert typed(office, "payouts", "fetch", *CLIENT) == ""
    assert capsys.readouterr().out == "stripe: 1 payouts read, 1 of them new.\n"
    database = Path(office.config.database.removeprefix("sqlite:///")).read_bytes()
    assert b"rk_test_cedar" not in database
