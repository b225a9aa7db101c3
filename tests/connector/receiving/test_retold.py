"""Intraday reports and statements that say more of the same line, or less: both count, a person is
asked, and nothing of the newer one is applied meanwhile. Equal payments of one file are not asked
about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import answers
from connector.clients import tenants
from connector.decided import approvals
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Standing
from connector.receiving import receipts
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.twin_money.test_twins import bold
from tests.connector.writing_back.test_applying import conserved

Opens = Callable[..., Firm]
Line = tuple[str, str, str]
"""Text, reference of the bank and payer."""
SHORT, LONG = ("RENT MARCH", "", "ASH LTD"), ("RENT MARCH INV-1001", "R1", "ASH LTD")


def mt942(*lines: Line, day: str = f"{TODAY:%y%m%d}") -> bytes:
    count = len(lines)
    return (
        f":20:S1\n:25:12345678/999\n:28C:1/1\n:34F:USDC0,\n:13D:{day}1200+0000\n{_told(lines, day)}"
        f":90D:0USD0,\n:90C:{count}USD{count}00,00\n-\n"
    ).encode()


def mt940(*lines: Line, day: str = f"{TODAY:%y%m%d}") -> bytes:
    return (
        f":20:S2\n:25:12345678/999\n:28C:1/1\n:60F:C{day}USD0,00\n{_told(lines, day)}"
        f":62F:C{day}USD{len(lines)}00,00\n-\n"
    ).encode()


def _told(lines: tuple[Line, ...], day: str) -> str:
    return "".join(
        f":61:{day}{day[2:]}C100,00NTRFNONREF{f'//{reference}' if reference else ''}\n"
        f":86:166?00X?20{text}{f'?32{payer}' if payer else ''}\n"
        for text, reference, payer in lines
    )


def camt(kind: str, *lines: Line) -> bytes:
    root, part = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt")}[kind]
    entries = "".join(
        f'<Ntry><Amt Ccy="USD">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{TODAY}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls>"
        f"<TxDtls><RltdPties><Dbtr><Pty><Nm>{payer}</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>"
        f"{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for text, reference, payer in lines
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{root}><{part}>'
        f"<Id>S1</Id><CreDtTm>{TODAY}T12:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051"
        f"</IBAN></Id><Ccy>USD</Ccy></Acct>{entries}</{part}></{root}></Document>"
    ).encode()


def client(office: Deps) -> int:
    """The connection of a client whose people are asked."""
    id_ = connect(office)
    with office.writing() as tx:
        client_id = tenants.connection(tx, id_).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=office.now(), by="tests")
    return id_


def counted(office: Deps, connection_id: int, *files: bytes) -> tuple[int, int]:
    """How many lines count after all files came, and about how many a person is asked."""
    for file in files:
        receipts.import_statement(office, connection_id, file, by="tests")
    with office.reading() as tx:
        asked = approvals.waiting_about(tx, connection_id, "same:")
        return len(cash.listed(tx, connection_id, tuple(Standing))), len(asked)


@pytest.mark.parametrize(("first", "second"), [
    (mt942(SHORT), mt940(LONG)), (mt940(LONG), mt942(SHORT)),
    (camt("052", SHORT), camt("053", LONG)), (camt("053", LONG), camt("052", SHORT)),
    (mt942(("INV-1001", "", "")), mt940(("INV-1001", "R1", "ASH LTD"))),
    (mt942(("INV-1001 PAYMENT", "", "ASH LTD")), mt940(("INV-1001", "R1", "ASH LTD"))),
    (camt("052", ("", "", "")), camt("053", LONG)),
])  # fmt: skip
def test_a_line_of_which_another_file_says_more_or_less_is_asked_about(
    both: Deps, first: bytes, second: bytes
) -> None:
    assert counted(both, client(both), first, second, second, first) == (2, 1)


@pytest.mark.parametrize(("files", "count"), [
    ([mt940(SHORT, SHORT)], 2), ([mt942(SHORT, SHORT), mt940(SHORT, SHORT)], 2),
    ([camt("052", SHORT, SHORT), camt("053", SHORT, SHORT), camt("053", SHORT, SHORT)], 2),
    ([mt942(SHORT), mt940(SHORT, ("RENT MARCH", "R2", "ASH LTD"))], 2),
    ([mt940(SHORT, LONG), mt940(SHORT, LONG)], 2), ([mt942(SHORT, LONG), mt940(LONG, SHORT)], 2),
    ([mt942(SHORT), mt940(("RENT MARCH", "R9", "ASH LTD"), LONG)], 2),
    ([mt940(("RENT MARCH", "R9", "ASH LTD")), mt940(LONG)], 2),
    ([mt940(SHORT), mt940(LONG, day="260219")], 2),
    ([mt940(SHORT), mt940(("RENT MARCH", "R1", "BIRCH"))], 2),
    ([mt940(SHORT), mt940(("RENT APRIL", "R1", "ASH LTD"))], 2),
])  # fmt: skip
def test_lines_that_one_file_has_or_that_differ_are_not_asked_about(
    deps: Deps, files: list[bytes], count: int
) -> None:
    assert counted(deps, client(deps), *files) == (count, 0)


def test_lines_under_ids_of_their_own_are_not_asked_about(deps: Deps) -> None:
    head = "account,bank_id,date,amount,currency,payer,reference\n"
    files = [
        f"{head}main,{id_},{TODAY},100.00,USD,Ash,{text}\n".encode()
        for id_, text in (("b1", "RENT"), ("b2", "RENT MARCH"))
    ]
    assert counted(deps, client(deps), *files) == (2, 0)


def test_of_three_one_each_is_asked_about(deps: Deps) -> None:
    files = mt942(SHORT, SHORT), mt940(LONG, ("RENT MARCH INV-1002", "R2", "ASH LTD"), SHORT)
    assert counted(deps, client(deps), *files) == (4, 1)


def test_the_question_says_what_differs(deps: Deps) -> None:
    connection_id = client(deps)
    counted(deps, connection_id, mt942(("INV-1001", "", "")))
    file = mt940(("INV-1001", "R1", "ASH LTD"))
    said = receipts.import_statement(deps, connection_id, file, by="tests").told
    assert "came as 'INV-1001' before, and comes as 'INV-1001' from ASH LTD now" in said[-1]


@pytest.mark.either_ledger
@pytest.mark.parametrize("is_same", [True, False])
def test_nothing_of_the_newer_one_is_applied_until_a_person_answers(
    open_firm: Opens, ledger: str, *, is_same: bool
) -> None:
    firm = bold(open_firm(ledger, modes={"cash": Mode.AUTOPILOT}))
    ash = firm.books.customer("Ash Ltd")
    first, second = firm.owe(ash, "INV-1001"), firm.owe(ash, "INV-1002")
    firm.sweep()
    day = f"{firm.today:%y%m%d}"
    for file in (mt942(("INV-1002", "", "ASH LTD"), day=day),
                 mt940(("INV-1002 AND INV-1001", "R1", "ASH LTD"), day=day)):  # fmt: skip
        receipts.import_statement(firm.deps, firm.connection_id, file, by="tests")
        firm.settle()
        firm.sweep()
    firm.pass_nights(1)
    assert [firm.books.balance(it) for it in (first, second)] == [100, 0]
    (asked,) = [it for it in firm.asked() if it.subject.startswith("same:")]
    if is_same:
        answers.approve(firm.deps, asked.id, 0, "ann")
    else:
        answers.reject(firm.deps, asked.id, "ann")
    firm.settle()
    firm.sweep()
    states = sorted(it.state for it in firm.all_money())
    line = conserved(firm)
    if is_same:
        assert states == [Standing.APPLIED, Standing.CLOSED]
        assert str(line.received) == "USD 100.00"
    else:
        assert Standing.CLOSED not in states
        assert str(line.received) == "USD 200.00"
    assert [it for it in firm.asked() if it.subject.startswith("same:")] == []
