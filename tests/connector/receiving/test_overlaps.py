"""Intraday reports and the statements of the same day: each line counts once, equal ones each."""

from __future__ import annotations

import pytest

from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Standing
from connector.receiving import receipts
from connector.taken_back import bank_returns
from tests.connector.office import TODAY, connect

LINE = "{day}{day4}C100,00NTRFNONREF{reference}\n:86:166?00X?20INV-1?32ASH LTD\n"
IBAN = "DE02120300000000202051"
DAY = f"{TODAY:%y%m%d}"
PARTS = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt")}


def mt942(*references: str) -> bytes:
    lines = "".join(f":61:{line(reference)}" for reference in references)
    return (
        f":20:S1\n:25:12345678/999\n:28C:1/1\n:34F:EURC0,\n:13D:{DAY}1200+0000\n{lines}"
        f":90D:0EUR0,\n:90C:{len(references)}EUR{len(references)}00,00\n-\n"
    ).encode()


def mt940(*references: str, number: int = 1) -> bytes:
    lines = "".join(f":61:{line(reference)}" for reference in references)
    return (
        f":20:S2\n:25:12345678/999\n:28C:{number}/1\n:60F:C{DAY}EUR0,00\n{lines}"
        f":62F:C{DAY}EUR{len(references)}00,00\n-\n"
    ).encode()


def line(reference: str) -> str:
    told = f"//{reference}" if reference else ""
    return LINE.format(day=DAY, day4=DAY[2:], reference=told)


def camt(kind: str, *references: str) -> bytes:
    root, part = PARTS[kind]
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{TODAY}</Dt></BookgDt><ValDt><Dt>{TODAY}</Dt></ValDt>"
        f"{f'<AcctSvcrRef>{one}</AcctSvcrRef>' if one else ''}<NtryDtls><TxDtls><RltdPties><Dbtr>"
        f"<Pty><Nm>Ash Ltd</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>INV-1</Ustrd></RmtInf>"
        f"</TxDtls></NtryDtls></Ntry>"
        for one in references
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{root}><{part}>'
        f"<Id>S1</Id><CreDtTm>{TODAY}T12:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051"
        f"</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</{part}></{root}></Document>"
    ).encode()


def bring(office: Deps, connection_id: int, *files: bytes) -> int:
    """How many lines count after all files came."""
    for file in files:
        receipts.import_statement(office, connection_id, file, by="tests")
    with office.reading() as tx:
        return len(cash.listed(tx, connection_id, tuple(Standing)))


@pytest.mark.parametrize(("intraday", "statement"), [
    (mt942("", ""), mt940("R1", "R2")), (camt("052", "", ""), camt("053", "R1", "R2")),
    (mt942("", ""), mt940("", "")), (camt("052", "R1", "R2"), camt("053", "R1", "R2")),
])  # fmt: skip
def test_what_an_intraday_report_told_counts_once(
    both: Deps, intraday: bytes, statement: bytes
) -> None:
    connection_id = connect(both)
    assert bring(both, connection_id, intraday) == 2
    assert bring(both, connection_id, statement, intraday, statement) == 2
    other = connect(both, "Birch")
    assert bring(both, other, statement, intraday, statement) == 2


@pytest.mark.parametrize(("intraday", "statement", "count"), [
    (mt942(""), mt940("R1", "R2", "R3"), 3), (mt942("", "", ""), mt940("R1", "R2"), 3),
    (camt("052", ""), camt("053", "R1", "R2"), 2), (mt942("R9"), mt940("R1"), 2),
])  # fmt: skip
def test_equal_lines_each_count(deps: Deps, intraday: bytes, statement: bytes, count: int) -> None:
    assert bring(deps, connect(deps), intraday, statement, statement) == count


def test_a_line_that_was_known_and_has_a_reference_now_stands_for_no_other(deps: Deps) -> None:
    """The bank gives the rest of the day in a second statement."""
    connection_id = connect(deps)
    assert bring(deps, connection_id, mt942(""), mt940("R1")) == 1
    with deps.reading() as tx:
        (kept,) = cash.listed(tx, connection_id, tuple(Standing))
    assert kept.bank_reference == "R1"
    assert bring(deps, connection_id, mt940("R2", number=2)) == 2
    assert bring(deps, connection_id, mt940("R1"), mt940("R2", number=2)) == 2


@pytest.mark.parametrize("other", [
    mt940("R1").replace(b"INV-1", b"INV-2"), mt940("R1").replace(b"ASH", b"BIRCH"),
    mt940("R1").replace(b"100,00", b"101,00"), mt940("R1").replace(b"12345678", b"12345679"),
])  # fmt: skip
def test_another_text_payer_amount_or_account_is_another_line(deps: Deps, other: bytes) -> None:
    assert bring(deps, connect(deps), mt942(""), other) == 2


def test_what_the_bank_took_back_is_kept_once_too(both: Deps) -> None:
    def taken_back(file: bytes) -> bytes:
        return file.replace(f"{DAY[2:]}C100".encode(), f"{DAY[2:]}RC100".encode())

    connection_id = connect(both)
    interim = taken_back(mt942("", "")).replace(b":90D:0EUR0,", b":90D:2EUR200,00")
    interim = interim.replace(b":90C:2EUR200,00", b":90C:0EUR0,")
    day = taken_back(mt940("R1", "R2")).replace(b"EUR0,00\n:61", b"EUR200,00\n:61")
    day = day.replace(f":62F:C{DAY}EUR200,00".encode(), f":62F:C{DAY}EUR0,00".encode())
    assert bring(both, connection_id, interim, day, interim, day) == 0
    with both.reading() as tx:
        found = bank_returns.open_ones(tx, connection_id)
    assert sorted(one.bank_reference for one in found) == ["R1", "R2"]


@pytest.mark.parametrize(("before", "now", "kept"), [
    ([("R17 INV-1", "", "ASH LTD")], [("R17 INV-1 NO FUNDS", "R1", "ASH LTD")], 1),
    ([("R17 INV-1 NO FUNDS", "", "ASH LTD")], [("R17 INV-1", "R1", "ASH LTD")], 1),
    ([("R17 INV-1", "", "")], [("R17 INV-1 NO FUNDS", "", "ASH LTD")], 1),
    ([("R17 INV-1", "R1", "ASH LTD")], [("R17 INV-1 NO FUNDS", "R2", "ASH LTD")], 2),
    ([("R17 INV-1", "", "ASH LTD")], [("R17 INV-2", "R1", "ASH LTD")], 2),
    ([("RETURN", "", "")], [("RETURN R17 INV-1", "R1", "ASH LTD")], 2),
    ([("R17 INV-1", "", "ASH")], [("R17 INV-1", "", "MIA ASH")], 2),
    ([("R17 INV-1", "", "ASH LTD")],
     [("R17 INV-1", "R1", "ASH LTD"), ("R17 INV-1 NO FUNDS", "", "ASH LTD")], 2),
])  # fmt: skip
def test_a_return_of_which_another_file_says_more_is_kept_once(
    both: Deps, before: list[tuple[str, str, str]], now: list[tuple[str, str, str]], kept: int
) -> None:
    connection_id = connect(both)
    bring(both, connection_id, returns(*before), *[returns(*now)] * 2, returns(*before))
    with both.reading() as tx:
        found = bank_returns.open_ones(tx, connection_id)
    assert len(found) == kept
    if kept == 1:
        assert len(found[0].text) == max(len(it[0]) for it in (*before, *now))


def returns(*lines: tuple[str, str, str]) -> bytes:
    """A statement of (text, reference, payer) of what was taken back."""
    told = "".join(
        f":61:{DAY}{DAY[2:]}RC100,00NTRFNONREF{f'//{reference}' if reference else ''}\n"
        f":86:166?00X?20{text}{f'?32{payer}' if payer else ''}\n"
        for text, reference, payer in lines
    )
    return (
        f":20:S3\n:25:12345678/999\n:28C:3/1\n:60F:C{DAY}EUR{len(lines)}00,00\n{told}"
        f":62F:C{DAY}EUR0,00\n-\n"
    ).encode()


def test_lines_of_which_the_same_is_said_are_told_apart_by_their_ids(deps: Deps) -> None:
    connection_id = connect(deps)
    head = "account,bank_id,date,amount,currency,payer,reference\n"
    files = [f"{head}main,{id_},{TODAY},100.00,EUR,Ash,INV-1\n".encode() for id_ in ("b1", "b2")]
    assert bring(deps, connection_id, *files, *files) == 2


def test_the_import_says_what_was_known(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(deps, connection_id, mt942("", ""))
    done = receipts.import_statement(deps, connection_id, mt940("R1", "R2"), by="tests")
    assert (done.lines, done.new) == (2, 0)
    assert "2 lines are known from a file that said less: not received again" in done.told


def csv(iban: str) -> bytes:
    column, value = (";Counterparty IBAN", f";{iban}") if iban else ("", "")
    head = f"Date;Amount;Currency;Payer{column};Reference"
    return f"{head}\n{TODAY};100.00;EUR;Ash Ltd{value};thank you\n".encode()


def test_a_file_that_said_more_of_a_known_line_can_come_again(deps: Deps) -> None:
    connection_id = connect(deps)
    counts = [
        receipts.import_statement(deps, connection_id, file, by="tests", account="main").new
        for file in (csv(""), csv(IBAN), csv(IBAN), csv(""))
    ]
    assert counts == [1, 0, 0, 0]


def test_an_account_that_a_person_named_keeps_its_name(deps: Deps) -> None:
    """The file says its IBAN above the table: no line counts under both."""
    connection_id = connect(deps)
    file = csv("")
    receipts.import_statement(deps, connection_id, file, by="tests", account="main")
    again = f"Statement of account\n{IBAN}\n\n".encode() + file
    assert receipts.import_statement(deps, connection_id, again, by="tests").new == 0
    with deps.reading() as tx:
        (kept,) = cash.listed(tx, connection_id, tuple(Standing))
    assert kept.id.startswith("MAIN:")
