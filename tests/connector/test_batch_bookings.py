"""A booking in one sum and its parts, of which banks tell in two files: they count once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from connector import answers, batch_bookings, cash, receipts
from connector.cash import Standing
from connector.modes import Mode
from providers.bank import reading
from tests.connector.databases import PostgresServer, until
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect, open_office
from tests.connector.test_bounced import total
from tests.engines import borrowed

Opens = Callable[..., Firm]
CAMT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><BkToCstmr{root}>
<{part}><Id>S1</Id><CreDtTm>{day}T00:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN>
</Id><Ccy>USD</Ccy></Acct><Ntry><Amt Ccy="USD">{sum}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>
{details}</Ntry></{part}></BkToCstmr{root}></Document>"""
DETAIL = """<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="USD">{amount}.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Ash Ltd</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>INV-{n}</Ustrd></RmtInf></TxDtls>"""


def statement(day: date, amount: int = 300, reference: str = "REF77") -> bytes:
    return CAMT.format(kind="053", root="Stmt", part="Stmt", day=day, sum=amount,
                       reference=reference, details="").encode()  # fmt: skip


def notification(day: date, reference: str = "REF77") -> bytes:
    details = "".join(DETAIL.format(n=n, amount=amount) for n, amount in ((1, 100), (2, 200)))
    return CAMT.format(kind="054", root="DbtCdtNtfctn", part="Ntfctn", day=day, sum=300,
                       reference=reference, details=f"<NtryDtls>{details}</NtryDtls>"
                       ).encode()  # fmt: skip


@pytest.mark.parametrize(("order", "lines", "told"), [
    ((notification, statement), 2, "as its 2 payments: not received again"),
    ((statement, notification), 1, "in one sum ("),
])  # fmt: skip
def test_a_booking_in_one_sum_and_its_details_count_once(
    open_firm: Opens, order: tuple[Callable[[date], bytes], ...], lines: int, told: str
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    said: list[str] = []
    for _ in range(2):
        for file in order:
            done = receipts.import_statement(
                firm.deps, firm.connection_id, file(firm.today), by="tests"
            )
            said += done.told
    assert len(firm.all_money()) == lines
    assert sum(it.total.amount for it in firm.all_money()) == 300
    assert any(told in sentence and "REF77" in sentence for sentence in said)
    assert str(total(firm).received) == "USD 300.00"


@pytest.mark.parametrize("other", [
    {"amount": 299}, {"reference": "REF78"}, {"reference": "NONREF"},
])  # fmt: skip
def test_another_sum_or_reference_is_other_money(open_firm: Opens, other: dict[str, int]) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    for file in (notification(firm.today), statement(firm.today, **other)):  # type: ignore[arg-type]
        receipts.import_statement(firm.deps, firm.connection_id, file, by="tests")
    assert len(firm.all_money()) == 3


def bring(firm: Firm, file: bytes) -> tuple[str, ...]:
    return receipts.import_statement(firm.deps, firm.connection_id, file, by="tests").told


@pytest.mark.parametrize("sum_first", [True, False])
def test_a_sum_that_its_parts_do_not_make_up_is_told_with_the_difference(
    open_firm: Opens, *, sum_first: bool
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    files = [statement(firm.today, amount=299), notification(firm.today)]
    said = [bring(firm, file) for file in (files if sum_first else files[::-1])]
    why = "USD 299.00 with the bank's reference REF77 came in one sum, and its payments, 2 so far,"
    assert [sentence for sentence in said[1] if why in sentence]
    (asked,) = [it for it in firm.asked() if it.subject.startswith("batch:")]
    assert f"{why} come to USD 300.00: USD 1.00 of difference" in asked.summary
    answers.reject(firm.deps, asked.id, "ann")
    for file in files:
        bring(firm, file)
    assert not [it for it in firm.asked() if it.subject.startswith("batch:")], "it is asked once"


def test_a_sum_and_its_parts_that_two_workers_bring_at_once_count_once(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.fresh()
    with borrowed(url) as engine, ThreadPoolExecutor(1) as other:
        office = open_office(url, engine, data_dir=tmp_path)
        connection_id = connect(office)
        (first,) = reading.read(statement(TODAY))
        with office.writing() as tx:
            told = batch_bookings.told_once(tx, connection_id, first.receipts)
            assert cash.arrive(tx, connection_id, told.counted) == 1
            done = other.submit(
                receipts.import_statement, office, connection_id, notification(TODAY), by="tests"
            )
            until(office, done.done)
        assert "in one sum (" in " ".join(done.result().told)
        with office.reading() as tx:
            (kept,) = cash.listed(tx, connection_id, tuple(Standing))
    assert kept.total.amount == 300
