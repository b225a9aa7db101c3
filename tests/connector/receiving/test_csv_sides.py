"""CSV files whose columns have other names: what we paid is no receipt, and an answer is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from connector.deps import Deps
from connector.past import bank_files
from connector.receiving import drop_folder, receipts
from connector.rules.modes import Mode
from providers.bank import mapping
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_drop_folder import CLIENT, files, put
from tests.connector.receiving.test_receipts import bring, money

GLUED = """Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeninghouder;\
Omschrijving
NL02KNAB0123456789;{day:%d-%m-%Y};USD;D;100,00;Elm Supplies;your invoice INV-1
NL02KNAB0123456789;{day:%d-%m-%Y};USD;C;60,00;Birch;INV-2
"""
KINDS = f"Date;Text;Kind;Amount\n{TODAY};INV-1;{{}};100,00\n{TODAY};INV-2;{{}};60,00\n"


@pytest.mark.either_ledger
def test_what_we_paid_to_others_pays_no_invoice(
    open_firm: Callable[..., Firm], ledger: str
) -> None:  # fmt: skip
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    ours = firm.owe(firm.books.customer("Ash"), "INV-1")
    theirs = firm.owe(firm.books.customer("Birch"), "INV-2", "60.00")
    firm.pass_time(minutes=20)
    content = GLUED.format(day=firm.today).encode()
    done = receipts.import_statement(firm.deps, firm.connection_id, content, by="tests")
    assert (done.lines, done.new) == (1, 1)
    firm.settle()
    firm.pass_time(minutes=40)
    assert (firm.books.balance(ours), firm.books.balance(theirs)) == (100, 0)


def test_the_drop_folder_imports_no_first_reading_with_a_doubt(deps: Deps, tmp_path: Path) -> None:
    connection_id = connect(deps, CLIENT)
    folder = tmp_path / "drop" / CLIENT
    folder.mkdir(parents=True)
    config = deps.config.model_copy(update={"bank_folder": folder.parent})
    office = replace(deps, config=config)
    content = KINDS.format("ACH Credit", "ACH Debit").encode()
    put(folder, "march.csv", content, office=office)
    assert drop_folder.collect(office) == 1
    assert files(folder) == ["refused/march.csv", "refused/march.csv.txt"]
    assert "seems to say which way money went" in (
        folder / "refused" / "march.csv.txt").read_text()  # fmt: skip
    assert money(office, connection_id) == []


def keep(deps: Deps, connection_id: int, columns: dict[str, tuple[int, ...]]) -> None:
    kept = Mapping(
        columns=columns, names=("Date", "Text", "Kind", "Amount"), delimiter=";", decimal=",",
        account="main", currency="USD",
    )  # fmt: skip
    with deps.writing() as tx:
        bank_files.keep_mapping(tx, connection_id, kept, by="tests", at=deps.now())


KEPT: dict[str, tuple[int, ...]] = {"date": (0,), "reference": (1,), "amount": (3,)}


def test_a_reading_that_is_kept_gets_the_direction_once_a_file_shows_it(deps: Deps) -> None:
    connection_id = connect(deps)
    keep(deps, connection_id, KEPT)
    assert bring(deps, connection_id, KINDS.format("Credit", "Debit").encode()).new == 1
    assert [item.text for item in money(deps, connection_id)] == ["INV-1"]


def test_a_reading_that_is_kept_is_asked_about_once(deps: Deps) -> None:
    connection_id = connect(deps)
    keep(deps, connection_id, KEPT)
    content = KINDS.format("ACH Credit", "ACH Debit").encode()
    assert not receipts.is_known(deps, connection_id, content)
    with pytest.raises(BadStatement, match="seems to say which way money went"):
        bring(deps, connection_id, content)
    assert bring(deps, connection_id, content, wishes=mapping.parse("direction=")).new == 2
    assert receipts.is_known(deps, connection_id, content)
    assert bring(deps, connection_id, content).new == 0


@pytest.mark.parametrize("columns", [KEPT | {"direction": ()}])
def test_a_direction_that_a_person_took_out_stays_out(
    deps: Deps, columns: dict[str, tuple[int, ...]]
) -> None:
    connection_id = connect(deps)
    keep(deps, connection_id, columns)
    assert bring(deps, connection_id, KINDS.format("Credit", "Debit").encode()).new == 2


def test_a_heading_that_a_person_explained_is_known_from_then_on(deps: Deps) -> None:
    """Without a word that the guess knows, also in the drop folder."""
    connection_id = connect(deps)
    raw = f"Our bank\nTag;Wofür;Wie viel\n{TODAY};INV-1;5,50\n".encode()
    with pytest.raises(BadStatement, match="no known format"):
        bring(deps, connection_id, raw)
    wishes = mapping.parse("date=Tag,amount=Wie viel,reference=Wofür,currency=EUR,account=main")
    assert bring(deps, connection_id, raw, wishes=wishes).new == 1
    next_one = f"Our bank\nA new line\nTag;Wofür;Wie viel\n{TODAY};INV-2;7,50\n".encode()
    assert receipts.is_known(deps, connection_id, next_one)
    assert bring(deps, connection_id, next_one).new == 1
    assert sorted(item.text for item in money(deps, connection_id)) == ["INV-1", "INV-2"]


def test_a_table_without_names_that_a_person_explained_is_known(deps: Deps) -> None:
    connection_id = connect(deps)
    raw = f"7;{TODAY};1,00;5,00;INV-1\n7;{TODAY};2,00;-1,00;x\n"
    wishes = mapping.parse("date=2,amount=4,reference=5,currency=EUR,account=main")
    assert bring(deps, connection_id, raw.encode(), wishes=wishes).new == 1
    assert bring(deps, connection_id, raw.replace("INV-1", "INV-2").encode()).new == 1


def test_codes_that_are_not_the_company_s_are_asked_about_once(
    open_firm: Callable[..., Firm], ledger: str
) -> None:  # fmt: skip
    firm = open_firm(ledger)
    content = f"Date,Text,Branch,Amount\n{TODAY},INV-1,ALL,100.00\n"
    assert not receipts.is_known(firm.deps, firm.connection_id, content.encode())
    with pytest.raises(BadStatement, match="Branch holds currencies, and may mean those of"):
        bring(firm.deps, firm.connection_id, content.encode(), account="main")
    usd = mapping.parse("currency=USD,account=main")
    assert bring(firm.deps, firm.connection_id, content.encode(), wishes=usd).new == 1
    assert bring(firm.deps, firm.connection_id, content.replace("-1", "-2").encode()).new == 1
    told = {str(item.total) for item in money(firm.deps, firm.connection_id)}
    assert told == {"USD 100.00"}


def test_signs_of_one_file_say_nothing_of_the_next(deps: Deps) -> None:
    """Only what a person took out stays out."""
    connection_id = connect(deps)
    content = KINDS.format("ACH Credit", "ACH Debit")
    signed = content.replace(";60,00", ";-60,00").encode()
    usd = {"currency": "USD"}
    assert bring(deps, connection_id, signed, account="main", wishes=usd).new == 1
    assert receipts.is_known(deps, connection_id, signed)
    with pytest.raises(BadStatement, match="seems to say which way money went, and no amount"):
        bring(deps, connection_id, content.replace("INV-1", "INV-3").encode())
    by_sign = bring(deps, connection_id, signed, wishes=mapping.parse("direction="))
    assert by_sign.new == 0
    assert receipts.is_known(deps, connection_id, content.encode())
