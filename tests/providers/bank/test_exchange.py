"""What a CAMT entry says of another currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers.bank.refusal import BadStatement
from providers.money import Money
from providers.rates import Rate
from providers.receipts import Entry
from tests.providers.bank.shelf import only

USD_1000 = '<Amt Ccy="USD">1000.00</Amt>'


def exchange(unit: str = "<UnitCcy>USD</UnitCcy>", rate: str = "0.92") -> str:
    return f"<CcyXchg><SrcCcy>USD</SrcCcy>{unit}<XchgRate>{rate}</XchgRate></CcyXchg>"


def entry(*details: str, beside: str = "", amount: str = "920.00", sign: str = "CRDT") -> Entry:
    told = "".join(f"<TxDtls>{one}</TxDtls>" for one in details)
    return only(
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE02</IBAN></Id><Ccy>EUR</Ccy>"
        f'</Acct><Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt>{beside}<NtryDtls>{told}</NtryDtls></Ntry></Stmt>"
        "</BkToCstmrStmt></Document>".encode()
    ).entries[0]


def instructed(inner: str) -> str:
    return f"<AmtDtls><InstdAmt>{inner}</InstdAmt></AmtDtls>"


@pytest.mark.parametrize(
    ("_case", "told", "rate"),
    [
        ("unit is what was sent", exchange(), Rate("USD", Decimal("0.92"), "EUR")),
        ("unit is what came", exchange("<UnitCcy>EUR</UnitCcy>", "1.087"),
            Rate("EUR", Decimal("1.087"), "USD")),
        ("no unit", exchange(""), None),
        ("another unit", exchange("<UnitCcy>GBP</UnitCcy>"), None),
        ("no rate", "", None),
        ("nothing", exchange(rate="0"), None),
        ("no number", exchange(rate="n/a"), None),
        ("endless", exchange(rate="Infinity"), None),
    ],
)  # fmt: skip
def test_the_rate_is_taken_where_the_bank_names_its_unit(
    _case: str, told: str, rate: Rate | None
) -> None:
    found = entry(instructed(USD_1000 + told))
    assert (found.amount, found.original, found.rate) == (
        Money.of("920", "EUR"), Money.of("1000", "USD"), rate,
    )  # fmt: skip


def test_what_is_said_beside_the_details_counts_too() -> None:
    of_entry = entry("", beside=instructed(USD_1000 + exchange()))
    assert of_entry.original == Money.of("1000", "USD")
    transaction = f"<AmtDtls><TxAmt>{USD_1000}</TxAmt></AmtDtls>"
    assert entry(transaction).original == Money.of("1000", "USD")


def test_an_amount_of_the_accounts_currency_is_no_other() -> None:
    same = instructed('<Amt Ccy="EUR">920.00</Amt>')
    assert entry(same).original is None
    assert entry(instructed(USD_1000), sign="DBIT").original is None


def test_each_part_of_a_booking_has_its_own() -> None:
    def part(amount: str, sent: str) -> str:
        return f'<Amt Ccy="EUR">{amount}</Amt>' + instructed(f'<Amt Ccy="USD">{sent}</Amt>')

    assert entry(part("460.00", "500.00"), part("460.00", "500.00")).original == Money.of(
        "500", "USD"
    )
    whole = entry(instructed(USD_1000), instructed(USD_1000))
    assert whole.original is None, "two payments of one booking that cannot be told apart"


def test_what_is_no_amount_is_refused_with_its_place() -> None:
    with pytest.raises(BadStatement, match="entry 1"):
        entry(instructed('<Amt Ccy="USD">many</Amt>'))
