"""Where all money is, as it is asked for and checked at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from connector import vault
from connector.proof import proving, signed_reports
from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm
from tests.connector.proof.test_proving import lose

CLIENT = "1"
REPORT = ("report", "conservation", CLIENT)


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm("xero", modes={"cash": Mode.COPILOT})
    firm.bank("b1", "100.00", "thank you")
    firm.pass_nights(2)
    return firm


def test_money_that_does_not_add_up_is_named_and_fails_until_it_is_explained(
    terminal: Terminal,
) -> None:
    firm = terminal.firm
    assert terminal.type(*REPORT).code == 0
    lose(firm)
    told = terminal.type(*REPORT, "--json")
    assert told.code == 1
    (row,) = told.rows()
    assert (row["received"], row["waiting"], row["applied"]) == ("100.00", "40.00", "0.00")
    assert "bank:main:b1: of USD 100.00, USD 60.00 is missing" in told.error
    assert "ask who changed it there" in told.error
    proving.again(firm.deps, firm.connection_id)
    assert "money" in terminal.type("doctor").error
    proving.explain(firm.deps, firm.connection_id, "bank:main:b1", by="ann", reason="a charge")
    told = terminal.type(*REPORT, "--json")
    assert (told.code, told.error) == (0, "")
    assert "USD 60.00 is missing" in told.rows()[0]["faults"]


def test_the_records_behind_a_difference_are_listed(terminal: Terminal) -> None:
    firm = terminal.firm
    explain = ("receipts", "explain", "--client", CLIENT)
    assert terminal.type(*explain).out == "All money adds up.\n"
    assert terminal.type(*explain, "--json").rows() == []
    lose(firm)
    proving.again(firm.deps, firm.connection_id)
    (row,) = terminal.type(*explain, "--json").rows()
    assert (row["subject"], row["received"]) == ("bank:main:b1", "USD 100.00")
    assert row["parts"] == {"waiting": "USD 40.00"}
    assert (row["accounted_for"], row["missing"]) == ("USD 40.00", "USD 60.00")
    assert row["since"]
    proving.explain(firm.deps, firm.connection_id, "bank:main:b1", by="ann", reason="a charge")
    told = terminal.type(*explain).out
    assert "USD 60.00 is missing" in told
    assert "Explained by ann: a charge" in told
    assert "Together: USD 60.00 is missing, in 1 receipts." in told


def test_one_receipt_is_explained_by_its_records_and_writes(terminal: Terminal) -> None:
    firm = terminal.firm
    firm.switch(cash=Mode.AUTOPILOT)
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.sweep()
    firm.bank("b2", "100.00", "INV-1", payer="Ash")
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    one = ("receipts", "explain", "--client", CLIENT, "--receipt", "bank:main:b2")
    (row,) = terminal.type(*one, "--json").rows()
    assert row["parts"] == {"applied": "USD 100.00"}
    (record,) = row["records"]
    assert record["allocations"] == [{"invoice": invoice, "amount": "USD 100.00"}]
    (write,) = row["writes"]
    assert (write["state"], write["record"]) == ("confirmed", record["record"].partition(":")[2])
    told = terminal.type(*one).out
    assert f"USD 100.00 against {invoice}" in told
    assert "Together" not in told
    assert terminal.type(*one[:-1], "bank:none").code == 1


def test_a_signed_report_is_genuine_until_a_digit_of_it_changes(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, file = terminal.firm, tmp_path / "report.json"
    told = terminal.type(*REPORT, "--signed", str(file), "--day", "1999-01-01")
    assert (told.code, file.exists()) == (1, False)
    assert terminal.type(*REPORT, "--signed", str(file)).code == 0
    assert "all money adds up" in terminal.type("report", "verify", str(file)).out
    (key,) = terminal.type("report", "public-key", "--json").rows()
    old = firm.deps.config.vault_keys
    made = vault.new_key()
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", f"{made},{old}")
    assert terminal.type("report", "verify", str(file)).code == 0
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", made)
    assert "not trusted here" in terminal.type("report", "verify", str(file)).error
    by_key = ("report", "verify", str(file), "--public-key", key["public_key"])
    assert terminal.type(*by_key).code == 0
    genuine = file.read_text()
    for changed in (
        genuine.replace('"100.00"', '"100.01"', 1),
        genuine.replace('"received"', '"received": "1.00", "received"', 1),
        genuine.replace('"signature": "', '"signature": "A', 1),
        "[]", "no json", '{"report": 1}', "[7]",
    ):  # fmt: skip
        assert changed != genuine
        file.write_text(changed)
        assert terminal.type(*by_key).code == 1
    assert terminal.type("report", "verify", str(tmp_path / "nothing")).code == 1


def test_a_report_that_somebody_signs_anew_is_not_trusted() -> None:
    ours, theirs = {"k": b"1" * 32}, {"k": b"2" * 32}
    signed = signed_reports.sign(theirs, {"report": "conservation"})
    with pytest.raises(signed_reports.NotGenuine, match="not trusted"):
        signed_reports.check(signed, signed_reports.public_keys(ours).values())
    assert signed_reports.check(signed, signed_reports.public_keys(theirs).values())


def test_every_day_is_signed_with_the_log_before_it(firm: Firm) -> None:
    lose(firm)
    firm.pass_nights(1)
    entries = firm.log(signed_reports.EVENT)
    reports = [entry.what["signed"]["report"] for entry in entries]
    assert len(reports) >= 2
    assert [line["not_adding_up"] for line in reports[0]["currencies"]] == [[]]
    assert "USD 60.00 is missing" in json.dumps(reports[-1])
    before = reports[-1]["audit_log"]
    (head,) = [one for one in firm.log() if one.number == before["entries"]]
    assert head.hash == before["hash"]
