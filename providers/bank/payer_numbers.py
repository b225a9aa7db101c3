"""Columns of a CSV with the number that a payer gave, such as `Customer Reference` or `Invoice`."""

from __future__ import annotations

from providers.bank.header_words import PARTICLES, folded

DOCUMENTS = frozenset({
    "bill", "factura", "facture", "factuur", "factuurnummer", "faktura", "fakturanr",
    "fakturanummer", "fattura", "invoice", "rechnung", "rechnungsnr", "rechnungsnummer",
})  # fmt: skip
REFERENCES = frozenset({
    "kenmerk", "klantreferentie", "kundreferens", "ref", "reference", "referencia",
    "referencje", "referens", "referentie", "referenz", "referenza", "riferimento",
    "viitenumero",
})  # fmt: skip
PAYERS = frozenset({
    "beneficiary", "client", "cliente", "clients", "counterparty", "customer", "customers",
    "ihre", "klant", "kunde", "kunden", "other", "party", "payer", "payers", "payment",
    "remitter", "sender", "their", "uw", "votre", "your",
})  # fmt: skip
NUMBERS = frozenset({
    "n", "no", "nr", "nro", "num", "number", "numbers", "numer", "numero", "nummer",
})  # fmt: skip


def is_of_payers(name: str) -> bool:
    """Whether a column's name says that it holds a number of a payer's: of an invoice, or a
    reference that is called theirs or nothing else. `Reference No.` may be the bank's own, and
    `Bank reference` is."""
    words = {word.rstrip("0123456789") for word in folded(name).split()} - PARTICLES - {""}
    core = words - NUMBERS - PAYERS
    if not core or not core <= DOCUMENTS | REFERENCES:
        return False
    return bool(core & DOCUMENTS or words & PAYERS) or words == core
