"""Whatever an advice says, written in any of its forms it is read back to the cent."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.remittances.read import of_markup, of_text, remittances
from tests.providers.remittances.papers import page_of, pdf, ruled, workbook

HEADINGS = {
    "en_US": ("Invoice number", "Gross amount", "Discount", "Deduction", "Amount paid", "Total"),
    "de_DE": ("Rechnungsnummer", "Bruttobetrag", "Skonto", "Abzug", "Zahlbetrag", "Summe"),
    "fr_FR": ("Numéro de facture", "Montant brut", "Escompte", "Retenue", "Montant payé", "Total"),
    "es_ES": ("Número de factura", "Importe bruto", "Descuento", "Ajuste", "Importe pagado",
              "Total"),
    "nl_NL": ("Factuurnummer", "Bruto bedrag", "Korting", "Inhouding", "Betaald bedrag", "Totaal"),
}  # fmt: skip
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    number: str
    gross: Decimal
    discount: Decimal
    deduction: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount - self.deduction


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda n: n * CENT)


NUMBERS = st.from_regex(r"[A-Z]{2,4}-[0-9]{3,6}", fullmatch=True).filter(
    lambda n: not n.startswith(("CN-", "CM-", "CR-"))
)
INVOICES = st.builds(Line, NUMBERS, cents(100_00, 99_999_99), cents(0, 9_99), cents(0, 90_00))
CREDITS = st.builds(Line, NUMBERS, cents(-9_999_99, -1), st.just(Decimal(0)), st.just(Decimal(0)))
ADVICES = st.lists(st.one_of(INVOICES, CREDITS), min_size=1, max_size=12)


def rows(lines: list[Line], locale: str) -> list[list[str]]:
    def written(amount: Decimal) -> str:
        return format_decimal(amount, format="#,##0.00", locale=locale)

    heading = HEADINGS[locale]
    body = [[x.number, *map(written, (x.gross, x.discount, x.deduction, x.net))] for x in lines]
    total = written(sum((x.net for x in lines), Decimal(0)))
    return [list(heading[:5]), *body, [heading[5], "", "", "", total]]


def as_csv(table: list[list[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(table)
    return made.getvalue().encode()


def as_text(table: list[list[str]]) -> str:
    return "\n".join("  ".join(cell.rjust(20) for cell in row) for row in table)


def as_markup(table: list[list[str]]) -> str:
    return (
        f"<table>{''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in r) + '</tr>' for r in table)}"
    )


def check(found: object, lines: list[Line]) -> None:
    told = [(x.number, x.gross.amount, x.discount.amount, x.deduction.amount, x.net.amount)
            for x in found.lines]  # type: ignore[attr-defined]  # fmt: skip
    assert told == [(x.number, x.gross, x.discount, x.deduction, x.net) for x in lines]
    assert found.total.amount == sum(x.net for x in lines)  # type: ignore[attr-defined]
    assert found.doubts == ()  # type: ignore[attr-defined]


@given(ADVICES, st.sampled_from(sorted(HEADINGS)))
@settings(max_examples=150)
def test_csv_text_and_html_are_read_back(lines: list[Line], locale: str) -> None:
    table = rows(lines, locale)
    check(remittances(as_csv(table), home="EUR")[0], lines)
    check(of_text(as_text(table), home="EUR"), lines)
    check(of_markup(as_markup(table), home="EUR"), lines)


@given(ADVICES)
@settings(max_examples=20, deadline=None)
def test_workbooks_are_read_back(lines: list[Line]) -> None:
    heading = HEADINGS["en_US"]
    body = [[x.number, *map(float, (x.gross, x.discount, x.deduction, x.net))] for x in lines]
    total = [heading[5], None, None, None, float(sum(x.net for x in lines))]
    check(remittances(workbook([heading[:5], *body, total]), home="USD")[0], lines)


@given(ADVICES)
@settings(max_examples=50)
def test_edi_is_read_back(lines: list[Line]) -> None:
    body = [f"BPR*I*{sum(x.net for x in lines)}*C*ACH************20260302", "TRN*1*T1", "ENT*1"]
    for line in lines:
        body.append(f"RMR*IV*{line.number}**{line.net}*{line.gross}*{line.discount}")
        if line.deduction:
            body.append(f"ADX*{-line.deduction}*01")
    text = "~".join(["ST*820*1", *body, f"SE*{len(body) + 2}*1", ""])
    check(remittances(text.encode(), home="USD")[0], lines)


LINES = [
    Line("INV-1001", Decimal("1200.00"), Decimal("24.00"), Decimal("0.00")),
    Line("INV-1002", Decimal("5000.50"), Decimal("0.00"), Decimal("12.25")),
    Line("GU-77", Decimal("-100.00"), Decimal("0.00"), Decimal("0.00")),
]


@pytest.mark.parametrize("locale", sorted(HEADINGS))
def test_pdfs_are_read_back(locale: str) -> None:
    table = rows(LINES, locale)
    plain = [[cell.replace("\u202f", " ").replace("\xa0", " ") for cell in row] for row in table]
    check(remittances(pdf([ruled(plain)]), home="EUR")[0], LINES)
    check(remittances(pdf([page_of(as_text(plain))]), home="EUR")[0], LINES)
