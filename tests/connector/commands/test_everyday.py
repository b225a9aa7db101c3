"""Each command of every day, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from connector.clients import tenants
from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT, "remind": Mode.SHADOW})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=4)
    firm.pay(customer, "60.00", "INV-1")
    firm.pass_time(minutes=2)
    return firm


@pytest.mark.parametrize(("words", "columns"), [
    (("client", "list"), {"id", "client", "ledger", "company", "state", "reason", "cash"}),
    (("approvals", "list"), {"id", "client", "capability", "asked_at", "summary", "options"}),
    (("approvals", "list", "--client", CLIENT), {"id", "summary"}),
    (("audit", "heads"), {"connection", "entries", "hash"}),
    (("calls", CLIENT), {"company", "kind", "calls"}),
    (("receipts", "list", "--client", CLIENT), {"id", "received", "total", "left", "state"}),
    (("plan", CLIENT), {"reason"}),
])  # fmt: skip
def test_a_list_is_a_table_for_people_and_json_for_programs(
    terminal: Terminal, words: tuple[str, ...], columns: set[str]
) -> None:
    told = terminal.type(*words, "--json")
    assert told.code == 0, told.error
    assert told.rows()
    assert columns <= set(told.rows()[0])
    table = terminal.type(*words)
    assert (table.code, table.error) == (0, "")
    assert len(table.out.splitlines()) >= 2
    assert "{" not in table.out.splitlines()[0]


def test_the_clients_fit_a_terminal_with_what_is_switched_on(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = terminal.type("client", "list").out
    assert told.splitlines()[0].split() == ["id", "client", "company", "switched", "on"]
    assert "cash: copilot" in told
    assert "remind: shadow" in told
    assert ": off" not in told


def test_an_empty_list_says_so_and_is_an_empty_list_for_programs(terminal: Terminal) -> None:
    words = ("approvals", "list", "--client", "nobody at all")
    assert terminal.type(*words).out == "Nothing waits for you.\n"
    assert terminal.type(*words, "--json").rows() == []


def test_why_tells_of_a_decision_everything_that_belongs_to_it(terminal: Terminal) -> None:
    told = terminal.type("why", "1")
    assert told.code == 0
    found = json.loads(told.out)
    assert set(found) == {"decision", "edited", "followed", "messages", "telephone", "audit"}
    assert found["decision"]["capability"] in {"cash", "remind"}
    assert found["audit"][0]["event"].endswith(".decided")


def test_an_approval_is_carried_out_and_one_that_is_rejected_changes_nothing(
    terminal: Terminal,
) -> None:
    firm = terminal.firm
    (asked,) = firm.asked()
    assert terminal.type("approvals", "approve", str(asked.id)).code == 0
    firm.pass_time(seconds=30)
    assert firm.books.balance("1") == Decimal(40)
    again = terminal.type("approvals", "approve", str(asked.id))
    assert again.code == 1
    assert again.error == f"ledgerhand: approval {asked.id} is already approved"
    actor = firm.log("cash.approved")[0].actor
    assert actor.endswith("(command line)")


def test_money_is_split_by_the_numbers_that_are_typed(terminal: Terminal) -> None:
    firm = terminal.firm
    (item,) = firm.all_money()
    words = ("receipts", "split", item.subject, "INV-1=25.50", "--client", CLIENT)
    told = terminal.type(*words, "--reason", "said by phone")
    assert (told.code, told.error) == (0, "")
    assert told.out.startswith(f"{item.subject} is split; USD 34.50 stays on account.")
    firm.pass_time(seconds=30)
    assert firm.books.balance("1") == Decimal("74.50")
    (entry,) = firm.log("cash.split")
    assert (entry.actor.endswith("(command line)"), entry.what["reason"]) == (True, "said by phone")


def test_a_split_with_a_slip_names_it_and_changes_nothing(terminal: Terminal) -> None:
    firm = terminal.firm
    (item,) = firm.all_money()
    before = firm.log()
    for said, *parts in (
        ("'INV-1' names no document and amount; write it as INV-1=100.00", "INV-1"),
        ("'INV-1=' names no document and amount", "INV-1="),
        ("has no open invoice or credit 'INV-9' in USD", "INV-9=5"),
        ("a document is named twice", "INV-1=5", "INV-1=6"),
        ("USD 61.00 is placed, and USD 60.00 is there", "INV-1=61"),
        ("1 has no customer 'Nobody'", "INV-1=5", "--rest-for", "Nobody"),
    ):
        told = terminal.type("receipts", "split", item.subject, *parts, "--client", CLIENT)
        assert told.code == 1
        assert said in told.error
    told = terminal.type("receipts", "split", "bank:x", "INV-1=5", "--client", CLIENT)
    assert "1 has no money 'bank:x'" in told.error
    assert firm.log() == before


def test_a_capability_is_switched_for_one_client(terminal: Terminal) -> None:
    told = terminal.type("mode", CLIENT, "remind", "autopilot")
    assert told.out.startswith("remind is now autopilot for ")
    (row,) = terminal.type("client", "list", "--json").rows()
    assert (row["remind"], row["cash"], row["note"]) == ("autopilot", "copilot", "off")


def test_a_policy_is_shown_and_set_as_a_new_version(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    before = json.loads(terminal.type("policy", "show", CLIENT).out)
    assert before["version"] == 0
    rules = before["policy"]
    rules["dunning"]["ramp_per_day"] = 7
    file.write_text(json.dumps(rules))
    assert "version 1" in terminal.type("policy", "set", CLIENT, str(file)).out
    after = json.loads(terminal.type("policy", "show", CLIENT).out)
    assert (after["version"], after["policy"]["dunning"]["ramp_per_day"]) == (1, 7)


def test_more_is_applied_without_a_person_only_once_somebody_says_why(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"matching": {"apply_by": ["exact", "amount"]}}))
    asked = terminal.type("policy", "set", CLIENT, str(file))
    assert asked.code == 1
    assert "amount_one" in asked.out
    assert "nothing known" in asked.out
    assert asked.error == (
        "ledgerhand: more would be done without a person than now: matching.apply_by; say why, as"
        " a reason with --reason"
    )
    assert json.loads(terminal.type("policy", "show", CLIENT).out)["version"] == 0
    why = ("--reason", "a year of agreement")
    assert "version 1" in terminal.type("policy", "set", CLIENT, str(file), *why).out
    (entry,) = terminal.firm.log("policy.saved")
    assert entry.what["reason"] == "a year of agreement"


def test_a_pause_and_its_end(terminal: Terminal) -> None:
    words = ("--customer", "1", "--reason", "they called", "--until", "2027-01-31")
    assert terminal.type("pause", CLIENT, *words).out == "Paused: 1.\n"
    assert terminal.type("resume", CLIENT, "--customer", "1").out == "1 pauses ended.\n"
    assert terminal.type("resume", CLIENT, "--customer", "1").out == "0 pauses ended.\n"
    assert [entry.event for entry in terminal.firm.log("paused")] == ["paused"]


def test_a_bank_statement_is_imported_once(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_text(
        "account,bank_id,date,amount,currency,payer,reference\n"
        "main,b1,2026-03-01,10.00,USD,Ash,INV-1\n"
    )
    for new in (1, 0):
        told = terminal.type("receipts", "import", str(file), "--client", CLIENT)
        assert f"1 credits read, {new} of them new.\n" in told.out
        assert "account main: 1 credit of 1 lines" in told.out
    found = terminal.type("receipts", "list", "--client", CLIENT, "--json").rows()
    assert [row["id"] for row in found if row["payer"] == "Ash"] == ["bank:main:b1"]


def test_what_was_written_for_money_is_undone_from_the_command_line(terminal: Terminal) -> None:
    firm = terminal.firm
    firm.switch(cash=Mode.AUTOPILOT)
    invoice = firm.owe(firm.books.customer("Birch"), "INV-77")
    firm.pass_time(minutes=20)
    firm.bank("b1", "100.00", "INV-77", payer="Birch")
    firm.settle()
    assert firm.books.balance(invoice) == 0
    told = terminal.type("receipts", "undo", "bank:main:b1", "--client", CLIENT)
    assert told.out.startswith("1 writes are on their way"), told.error
    firm.deps.ring("deliver", firm.connection_id)
    firm.settle()
    assert firm.books.balance(invoice) == 100
    for name in ("bank:main:b1", "bank:main:none", "99999", "x"):
        told = terminal.type("receipts", "undo", name, "--client", CLIENT)
        assert told.code == 1
        assert told.error.startswith("ledgerhand: ")


def test_the_audit_log_is_verified_and_a_change_is_named(terminal: Terminal) -> None:
    assert "is whole" in terminal.type("audit", "verify").out
    with terminal.firm.deps.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE number = 3")
    told = terminal.type("audit", "verify")
    assert told.code == 1
    assert told.error == "ledgerhand: the audit log was altered: connection 1 entry 3"


def test_the_vault_makes_keys_and_seals_under_the_newest(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = terminal.type("vault", "new-key").out.strip()
    old = terminal.firm.deps.config.vault_keys
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", f"{made},{old}")
    assert terminal.type("vault", "rotate").out.startswith("2 rows")
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", made)
    assert terminal.type("vault", "rotate").out.startswith("0 rows")
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", old)
    told = terminal.type("vault", "rotate")
    assert told.code == 1
    assert "LEDGERHAND_VAULT_KEYS" in told.error


def test_an_upgrade_that_is_done_is_no_error(terminal: Terminal) -> None:
    assert terminal.type("db", "upgrade").code == 0
    with terminal.firm.deps.reading() as tx:
        assert len(tenants.clients(tx)) == 1


def test_the_doctor_names_every_part_and_what_to_mend(terminal: Terminal) -> None:
    told = terminal.type("doctor", "--json")
    found = {row["part"]: row for row in told.rows()}
    assert {"database", "redis", "workers", "vault", "vendors", "mail", "connections",
            "inbox"} <= set(found)  # fmt: skip
    assert found["database"]["state"] == "fine"
    assert found["vault"]["state"] == "fine"
    assert found["mail"]["state"] == "fine"
    assert found["redis"]["state"] == "broken"
    assert told.code == 1
    assert "redis" in told.error


def test_the_contacts_of_each_person_are_shown_beside_what_is_allowed(
    open_firm: Callable[..., Firm], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-20)
    firm.pass_days(45, every=3)
    set_variables(monkeypatch, firm, tmp_path)
    rows = Terminal(firm, capsys).type("report", "contacts", CLIENT, "--json").rows()
    assert [(row["person"], row["days"], row["allowed"]) for row in rows] == [
        ("pay@ash.example", 7, 3), ("pay@ash.example", 30, 7),
    ]  # fmt: skip
    assert 1 <= rows[0]["contacts"] <= 2
    assert rows[1]["contacts"] == 5
    assert all(row["kept"] for row in rows)
