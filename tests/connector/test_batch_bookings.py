"""A booking in one sum and its parts, of which banks tell in two files: they count once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connector import receipts
from connector.modes import Mode
from tests.connector.firm import Firm
from tests.connector.test_bounced import total

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
