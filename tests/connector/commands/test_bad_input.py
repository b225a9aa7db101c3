"""What is typed or set wrongly: one line that says what, where and how to mend it; exit code 1."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connector.commands.typing_in import Terminal, Typed
from tests.connector.firm import Firm

SECRET = "a-secret-that-nobody-may-see"


@pytest.fixture
def firm(open_firm: Callable[..., Firm], tmp_path: Path) -> Firm:
    firm = open_firm("quickbooks")
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text)
    (tmp_path / "folder").mkdir()
    return firm


FILES = {
    "not.json": b"{", "list.json": b"[]", "binary.json": b"\xff\xfe\0",
    "unknown.json": b'{"dunning": {"ramp": 5}}',
    "order.json": b'{"dunning": {"steps": [{"name": "a", "offset_days": 9, "tone": "final"},'
                  b'{"name": "b", "offset_days": 3, "tone": "final"}]}}',
    "window.json": b'{"dunning": {"business_start": "00:00", "business_end": "00:00"}}',
    "rate.json": b'{"dunning": {"ramp_per_day": 0}}',
    "currency.json": b'{"matching": {"apply_at_most": {"DOLLAR": 5}}}',
    "empty.csv": b"", "columns.csv": b"date,amount\n2026-01-01,5\n",
    "latin.csv": "account,bank_id,date,amount,currency,payer,reference\nä".encode("latin-1"),
    "amount.csv": b"account,bank_id,date,amount,currency,payer,reference\n"
                  b'm,1,2026-01-01,"1.234,56",USD,A,B\n',
    "date.csv": b"account,bank_id,date,amount,currency,payer,reference\n"
                b"m,1,2026-02-30,5,USD,A,B\n",
}  # fmt: skip

WRONG: list[tuple[tuple[str, ...], str]] = [
    (("policy", "show", "nobody"), "there is no client 'nobody'; see `ledgerhand client list`"),
    (("policy", "set", "1", "none.json"), "there is no file none.json"),
    (("policy", "set", "1", "folder"), "there is no file folder"),
    (("policy", "set", "1", "not.json"), "not.json: document: "),
    (("policy", "set", "1", "list.json"), "list.json: document: "),
    (("policy", "set", "1", "binary.json"), "binary.json: document: "),
    (("policy", "set", "1", "unknown.json"), "unknown.json: dunning.ramp: Extra inputs"),
    (("policy", "set", "1", "order.json"), "put the steps in order"),
    (("policy", "set", "1", "window.json"), "business_end must be later"),
    (("policy", "set", "1", "rate.json"), "rate.json: dunning.ramp_per_day: "),
    (("policy", "set", "1", "currency.json"), "'DOLLAR' is no currency; write its ISO code"),
    (("pause", "1", "--customer", "Dental"), " has no customer 'Dental'; write the name as in"),
    (("mode", "1", "fly", "autopilot"), "capabilities are cash, remind, note"),
    (("mode", "1", "cash", "always"), "modes are off, shadow, copilot, autopilot"),
    (("mode", "9", "cash", "off"), "there is no client '9'"),
    (("approvals", "approve", "7"), "there is no approval 7; see `ledgerhand approvals list`"),
    (("approvals", "approve", "seven"), "'seven' is no number"),
    (("approvals", "approve", "²"), "'²' is no number"),
    (("approvals", "approve", "-1"), "'-1' is no number"),
    (("approvals", "approve", "9" * 30), "is no number"),
    (("approvals", "reject", "7"), "there is no approval 7"),
    (("pause", "1", "--until", "tomorrow"), "'tomorrow' is no date; write it as 2026-01-31"),
    (("pause", "1", "--until", "2001-01-31"), "would have ended on 2001-01-31; choose a later day"),
    (("pause", "1", "--customer", "Nobody"), "1 has no customer 'Nobody'"),
    (("pause", "1", "--invoice", "X"), "1 has no invoice 'X'"),
    (("pause", "1", "--customer", "1", "--invoice", "X"), "a customer or an invoice, not both"),
    (("holds", "nobody"), "there is no client 'nobody'"),
    (("dispute", "list", "nobody"), "there is no client 'nobody'"),
    (("dispute", "show", "1", "x"), "'x' is no number of a dispute"),
    (("dispute", "show", "1", "D9"), "1 has no dispute D9"),
    (("dispute", "open", "1", "X", "--type", "price"), "1 has no invoice 'X'"),
    (("erase", "1", "Nobody", "--reason", "asked"), "1 has no customer 'Nobody'"),
    (("erase", "nobody", "Ash", "--reason", "asked"), "there is no client 'nobody'"),
    (("credit", "nobody"), "there is no client 'nobody'"),
    (("credit", "1", "Nobody"), "1 has no customer 'Nobody'"),
    (("pause", "nobody"), "there is no client 'nobody'"),
    (("resume", "nobody"), "there is no client 'nobody'"),
    (("why", "x"), "'x' is no decision"),
    (("why", "77"), "there is no decision 77"),
    (("why", "²"), "'²' is no decision"),
    (("why", "9" * 30), "is no decision"),
    (("calls", "1", "--days", "many"), "'many' is no number of days"),
    (("calls", "1", "--days", "-3"), "no number of days"),
    (("calls", "1", "--days", "9" * 12), "no number of days"),
    (("calls", "nobody"), "there is no client 'nobody'"),
    (("receipts", "list", "--client", "nobody"), "there is no client 'nobody'"),
    (("receipts", "import", "none.csv", "--client", "1"), "there is no file none.csv"),
    (("receipts", "import", "empty.csv", "--client", "1"), "the file is empty; export the"),
    (("receipts", "import", "columns.csv", "--client", "1"), "name it (--account)"),
    (("receipts", "import", "latin.csv", "--client", "1"), "not as many fields as there"),
    (("receipts", "import", "amount.csv", "--client", "1"), "line 2: '1.234,56' is no amount"),
    (("receipts", "import", "date.csv", "--client", "1"), "line 2: '2026-02-30' is no date"),
    (("worker", "everything"), "there is no queue 'everything'; there are sync, decide, deliver"),
]


def is_one_line(told: Typed) -> bool:
    return told.code == 1 and told.error.count("\n") == 0 and "Traceback" not in told.error


@pytest.mark.parametrize(("words", "said"), WRONG, ids=lambda part: " ".join(part)[:40])
def test_a_wrong_word_is_named_and_nothing_is_changed(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    before = terminal.firm.log()
    told = terminal.type(*words)
    assert is_one_line(told), told
    assert told.error.startswith("ledgerhand: ")
    assert said in told.error
    assert terminal.firm.log() == before


@pytest.mark.parametrize("words", [(), ("fly",), ("client",), ("client", "list", "--csv")])
def test_a_word_that_does_not_exist_shows_what_there_is(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    told = terminal.type(*words)
    assert told.code == 2
    assert "usage: ledgerhand" in told.error


SETTINGS: list[tuple[str, str, str]] = [
    ("POLL_SECONDS", "often", "LEDGERHAND_POLL_SECONDS: "),
    ("POLL_SECONDS", "0", "LEDGERHAND_POLL_SECONDS: "),
    ("SMTP_PORT", "smtp", "LEDGERHAND_SMTP_PORT: "),
    ("SMTP_PORT", "99999", "LEDGERHAND_SMTP_PORT: "),
    ("PRODUCTION", "perhaps", "LEDGERHAND_PRODUCTION: "),
    ("VAULT_KEYS", f"k1:{SECRET}", "LEDGERHAND_VAULT_KEYS: "),
    ("QUICKBOOKS_BASES", f'{{"{SECRET}', "LEDGERHAND_QUICKBOOKS_BASES: "),
    ("XERO_BASES", "[]", "LEDGERHAND_XERO_BASES: "),
    ("DATABASE_URL", SECRET, "LEDGERHAND_DATABASE_URL: "),
    ("DATABASE_URL", f"oracle9://me:{SECRET}@host/db", "LEDGERHAND_DATABASE_URL: "),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "the database cannot be used"),
    ("REDIS_URL", f"http://{SECRET}", "LEDGERHAND_REDIS_URL: "),
    ("LOG_LEVEL", "loud", "LEDGERHAND_LOG_LEVEL: "),
    ("BASE_URL", "here", "LEDGERHAND_BASE_URL: "),
]


@pytest.mark.parametrize(("name", "value", "said"), SETTINGS)
def test_a_setting_that_cannot_be_used_is_named_without_a_secret(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"LEDGERHAND_{name}", value)
    told = terminal.type("vault", "rotate")
    assert is_one_line(told), told
    assert said in told.error
    assert SECRET not in told.error


PRODUCTION = {
    "PRODUCTION": "true", "SECRET_KEY": "k", "BASE_URL": "https://ar.example", "CLOCK_FILE": "",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [
    ("SECRET_KEY", ""), ("VAULT_KEYS", ""), ("BASE_URL", "http://ar.example"),
    ("CLOCK_FILE", "clock.json"), ("LEASE_SECONDS", "2"),
])  # fmt: skip
def test_what_is_missing_for_production_is_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for one, text in (PRODUCTION | {name: value}).items():
        monkeypatch.setenv(f"LEDGERHAND_{one}", text)
        if not text:
            monkeypatch.delenv(f"LEDGERHAND_{one}")
    told = terminal.type("client", "list")
    assert is_one_line(told), told
    assert name.lower() in told.error.lower()


def test_a_data_folder_that_is_a_file_is_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEDGERHAND_DATA_DIR", str(tmp_path / "not.json"))
    told = terminal.type("client", "list")
    assert is_one_line(told), told
    assert "LEDGERHAND_DATA_DIR" in told.error


def test_a_database_without_tables_says_how_to_make_them_and_the_doctor_does_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEDGERHAND_DATABASE_URL", f"sqlite:///{tmp_path / 'fresh.db'}")
    told = terminal.type("client", "list")
    assert is_one_line(told), told
    assert "ledgerhand doctor" in told.error
    examined = terminal.type("doctor")
    assert is_one_line(examined), examined
    assert "ledgerhand db upgrade" in examined.out


def test_a_key_in_the_wrong_place_opens_nothing_and_is_not_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("LEDGERHAND_VAULT_KEYS", f"other:{other}")
    told = terminal.type("vault", "rotate")
    assert is_one_line(told), told
    assert other not in told.error
