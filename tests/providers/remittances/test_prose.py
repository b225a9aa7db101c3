"""Sentences and lists in a mail: read where they make the stated total, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.receipts import Remittance
from providers.remittances.errors import BadRemittance
from providers.remittances.read import of_markup, of_text, remittances

LIST = "Please find our payment of $150.00 for:\n- INV-1001: $100.00\n- INV-1002: $50.00\n"
TWO = [("INV-1001", "100.00"), ("INV-1002", "50.00")]


def paid(one: Remittance) -> list[tuple[str, str]]:
    return [(line.number, str(line.net.amount)) for line in one.lines]


@pytest.mark.parametrize("text", [
    f"{LIST}Thanks, Ash Ltd",
    (
    "Dear Sir,\nwe have paid today by wire USD 150.00:\n\nInvoice INV-1001   100.00\n"
    "Invoice INV-1002    50.00\nTotal 150.00\n\nRegards\nAsh Ltd"
    ),
    "Invoice: INV-1001\nAmount: 100.00\nInvoice: INV-1002\nAmount: 50.00\nTotal: 150.00",
    (
    "Invoice: INV-1001\nAmount paid: 100.00\n\nInvoice: INV-1002\nAmount paid: 50.00\n\n"
    "Total paid: 150.00"
    ),
    (
    "We have today paid invoices INV-1001 (USD 100.00) and INV-1002 (USD 50.00), in total"
    " USD 150.00."
    ),
    "150.00 was sent today for INV-1001 of 31 Jan 2026 USD 100 and INV-1002 of 2026-02-01 USD 50.",
    "Payment reference TRF-77120 for USD 150.00\nINV-1001 USD 100.00\nINV-1002 USD 50.00",
    "Amount: 150.00\nDate: 1 May 2026\nInvoices: #INV-1001 100.00, #INV-1002 50.00",
    "Our cheque 0012345 for 150.00: Inv# INV-1001 - 100.00 | Inv# INV-1002 - 50.00",
    "12 High Street\nPayment of 150.00 USD, 100 %\nINV-1001 - 100.00\nINV-1002 - 50.00",
])  # fmt: skip
def test_numbers_with_amounts_that_make_the_payment(text: str) -> None:
    one = of_text(text, home="USD")
    assert (paid(one), str(one.total), one.stated, one.doubts) == (TWO, "USD 150.00", True, ())


GERMAN = """Sehr geehrte Damen und Herren,
wir haben heute 1.250,50 EUR überwiesen für
Rechnung RE-2026-001: 1.200,50
Rechnung RE-2026-002: 60,00 abzüglich Skonto 10,00

Mit freundlichen Grüßen
Birke GmbH"""
FRENCH = """Bonjour,
votre virement de 1 300,50 € règle :
- facture F-12 : 1 200,50 €
- facture F-13 : 100,00 €
Cordialement"""
SPANISH = """Hemos transferido 130,00 EUR por las facturas F-1 (100,00 EUR) y F-2 (50,00 EUR),
menos el abono A-9 (20,00 EUR)."""
DUTCH = """Wij hebben vandaag betaald:
factuur 2026-01 EUR 100,00
factuur 2026-02 EUR 50,00
Totaal EUR 150,00"""


@pytest.mark.parametrize(("text", "total", "told"), [
    (GERMAN, "EUR 1,250.50", [("RE-2026-001", "1200.50"), ("RE-2026-002", "50.00")]),
    (FRENCH, "EUR 1,300.50", [("F-12", "1200.50"), ("F-13", "100.00")]),
    (SPANISH, "EUR 130.00", [("F-1", "100.00"), ("F-2", "50.00"), ("Abono A-9", "-20.00")]),
    (DUTCH, "EUR 150.00", [("2026-01", "100.00"), ("2026-02", "50.00")]),
])  # fmt: skip
def test_other_languages(text: str, total: str, told: list[tuple[str, str]]) -> None:
    one = of_text(text, home="EUR")
    assert (str(one.total), paid(one)) == (total, told)


def test_deductions_discounts_and_credit_notes_come_off() -> None:
    one = of_text(
        "Payer: Ash Ltd\nInvoice INV-1 100.00 less discount 2% 2.00 = 98.00\n"
        "Invoice INV-2 50.00 less damage 5.00\nCredit note CN-3 20.00\nCN-4 -10.00\n"
        "Total paid 113.00\n",
        home="USD",
    )
    assert one.payer == "Ash Ltd"
    assert [(x.number, str(x.discount.amount), str(x.deduction.amount), str(x.net.amount), x.reason)
            for x in one.lines] == [
        ("INV-1", "2.00", "0.00", "98.00", ""), ("INV-2", "0.00", "5.00", "45.00", "less damage"),
        ("Credit note CN-3", "0.00", "0.00", "-20.00", ""), ("CN-4", "0.00", "0.00", "-10.00", ""),
    ]  # fmt: skip


def test_a_block_of_lines_for_each_invoice() -> None:
    one = of_text(
        "Invoice: INV-1\nInvoice amount: 100.00\nDiscount: 2.00\nAmount paid: 98.00\n\n"
        "Invoice: INV-2\nInvoice amount: 50.00\nAmount paid: 50.00\n\nTotal paid: 148.00",
        home="USD",
    )
    assert (paid(one), str(one.total)) == ([("INV-1", "98.00"), ("INV-2", "50.00")], "USD 148.00")


def test_one_invoice_takes_the_whole_payment() -> None:
    text = "Our payment of $100.00 for invoice INV-1001 was sent today."
    assert paid(of_text(text, home="USD")) == TWO[:1]


@pytest.mark.parametrize("text", [
    LIST.replace("150", "160"), LIST.replace("100.00", "101.00"), LIST + "Freight 7.00\n",
    LIST + "INV-1003\n", LIST.replace("INV-1002: ", ""), LIST + "Total 151.00\n",
    LIST.replace("$50", "€50"), LIST.replace("Please find", "We have not made"),
    LIST.replace("for:", "for these, is that right?"), LIST.replace("Please find", "We dispute"),
    "You asked us for payment of 150.00 for INV-1 100.00 and INV-2 50.00",
    "We can pay 150.00 next month: INV-1 100.00, INV-2 50.00",
    "INV-1001: $100.00\nINV-1002: $50.00\n", "Payment made today for invoices 1001, 1002 and 1003.",
    "We will pay $150.00 for:\nINV-1001: $100.00\nINV-1002: $50.00\n",
    "Payment of $150.00 for invoices INV-1001 and INV-1002.",
    "Invoice INV-1 100.00 less 5.00 less 3.00\nTotal 92.00",
    "Invoice INV-1 100.00 less 5.00 = 96.00\nTotal 95.00",
    "We paid invoice INV-1001 with USD 100.00 today.",
    "Please call 555.12 about account 12345, order 77 of 100.00",
])  # fmt: skip
def test_what_does_not_add_up_or_says_something_else_is_not_read(text: str) -> None:
    with pytest.raises(BadRemittance, match="no sentences whose amounts make a stated total"):
        of_text(text, home="USD")


def test_an_answer_must_speak_of_a_payment() -> None:
    text = "We received invoice INV-1 for 100.00 and invoice INV-2 for 50.00, 150.00 in total.\n"
    assert len(of_text(text, home="USD").lines) == 2
    with pytest.raises(BadRemittance):
        of_text(text, home="USD", is_answer=True)
    for told in (
        "Paid today.",
        "Heute gezahlt.",
        "Payé ce jour.",
        "Pagado hoy.",
        "Vandaag betaald.",
    ):
        assert len(of_text(f"{text}{told}\n", home="USD", is_answer=True).lines) == 2


@pytest.mark.parametrize("more", [
    "> INV-1003: $70.00\n> Total $220.00\n", "-- \nAsh Ltd, INV-9 $500.00\n",
    "Kind regards\nAsh Ltd, INV-9 $500.00\n",
])  # fmt: skip
def test_what_is_quoted_and_the_signature_are_not_read(more: str) -> None:
    assert paid(of_text(LIST + more, home="USD")) == TWO


def test_only_what_the_sender_wrote_counts_and_a_table_goes_first() -> None:
    with pytest.raises(BadRemittance):
        of_text(LIST, home="USD", own=lambda _: "see below")
    table = "Invoice No   Amount\nINV-7        10.00\nTotal        10.00\n"
    assert paid(of_text(f"{LIST}\n{table}", home="USD")) == [("INV-7", "10.00")]


def test_sentences_in_html_and_in_files() -> None:
    markup = "".join(f"<p>{line}</p>" for line in LIST.splitlines())
    signature = "<table><tr><td>Ash Ltd</td><td>INV-9 $500.00</td></tr></table>"
    for form in (markup, f"{markup}<p>--</p>{signature}",
                 f"{markup}<div class=gmail_quote>INV-3 $7.00</div>",
                 f"<blockquote>INV-3 $7.00</blockquote>{markup}"):  # fmt: skip
        assert paid(of_markup(form, home="USD")) == TWO
    assert paid(remittances(LIST.encode(), home="USD")[0]) == TWO


def test_dinars_have_three_decimals() -> None:
    one = of_text("Payment KWD 75.375\nINV-1: KWD 25.125\nINV-2: KWD 50.25\n", home="USD")
    assert paid(one) == [("INV-1", "25.125"), ("INV-2", "50.250")]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", [
    "INV-1 1.00 " * 50_000, "paid 1 " * 50_000, "1 000 " * 50_000, "less discount 1.00\n" * 9_000,
    "invoice " * 60_000, "A1 " * 90_000, "1,000" * 50_000, "(" * 300_000,
])  # fmt: skip
def test_sentences_that_mean_harm_take_no_time(text: str) -> None:
    with pytest.raises(BadRemittance):
        of_text(text, home="USD")


@given(st.lists(st.integers(1, 99_999_999), min_size=1, max_size=8), st.sampled_from("., "))
def test_whatever_amounts_are_listed_they_come_back_to_the_cent(
    cents: list[int], thousands: str
) -> None:
    decimal = "," if thousands in {".", " "} else "."
    shown = [f"{cent / 100:,.2f}".translate({44: thousands, 46: decimal}) for cent in cents]
    total = f"{sum(cents) / 100:,.2f}".translate({44: thousands, 46: decimal})
    lines = "".join(f"Invoice INV-{n}: {amount} EUR\n" for n, amount in enumerate(shown))
    one = of_text(f"We paid {total} EUR\n{lines}", home="USD")
    assert [int(line.net.amount * 100) for line in one.lines] == cents
