"""Texts of banks that tell of a return, and texts of ordinary payments."""

from __future__ import annotations

import pytest

from providers.bank.return_words import says_returned


@pytest.mark.parametrize("text", [
    "RETURNED ITEM ASH INV-1", "DEPOSITED ITEM RETURNED", "ACH RETURN", "ASH LTD R01", "NSF CHECK",
    "Rtn Chq 000123", "UNPAID CHEQUE", "Chargeback 4711", "CHARGE BACK", "Reversal of credit",
    "dishonoured cheque", "REFER TO DRAWER", "Rücklastschrift", "RUECKLASTSCHRIFT ASH GMBH",
    "SEPA-Rücklastschrift", "Scheckrückgabe", "RUECKGABE", "Storno Gutschrift",
    "Lastschrift nicht eingelöst", "IMPAYE CHEQUE 12", "Rejet de prélèvement", "PRLV impayé",
    "Devolución recibo", "RECIBO DEVUELTO", "impagado", "Storno incasso", "Terugboeking",
    "Insoluto RID", "ASSEGNO IMPAGATO", "Débito devolvido", "Retur", "Zwrot przelewu",
])  # fmt: skip
def test_a_word_of_return_is_known_in_the_usual_languages(text: str) -> None:
    assert says_returned(text)


@pytest.mark.parametrize("text", [
    "", "Supplier BV invoice 77", "Miete Juli", "Refund INV-1", "Darlehen Rückzahlung",
    "Card payment ENSEIGNE", "Paiement facture 12", "CASHBACK OFFER", "Transfer to savings",
    "Darnsford Ltd", "Storm Damage Ltd", "Retourenware24 GmbH",
])  # fmt: skip
def test_an_ordinary_payment_has_none(text: str) -> None:
    assert not says_returned(text)
