"""The words of an advice in English, German, French, Spanish and Dutch: columns and labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a column or a labelled value is. `amount` is one that does not say gross or net."""

    NUMBER = "number"
    KIND = "kind"
    DAY = "day"
    GROSS = "gross"
    AMOUNT = "amount"
    DISCOUNT = "discount"
    DEDUCTION = "deduction"
    REASON = "reason"
    NET = "net"
    CURRENCY = "currency"
    PAYER = "payer"
    REFERENCE = "reference"
    TOTAL = "total"


def _phrases(words: Mapping[Role, str]) -> dict[str, Role]:
    return {
        " ".join(phrase.split()): role for role, text in words.items() for phrase in text.split("|")
    }


COLUMNS = _phrases({
    Role.NUMBER: "invoice number|invoice no|invoice nr|invoice num|invoice|invoice id|inv no|"
    "inv number|inv|document number|document no|doc no|document|your invoice|your reference|"
    "bill number|bill no|bill|reference|reference number|ref|ref no|invoice reference|"
    "rechnungsnummer|rechnungsnr|rechnungs nr|rechnung nr|rechnung|re nr|belegnummer|belegnr|"
    "beleg nr|beleg|ihre rechnung|ihre belegnr|referenz|"
    "numero de facture|n de facture|no de facture|no facture|n facture|facture|numero facture|"
    "piece|votre facture|ref facture|"
    "numero de factura|n de factura|no de factura|no factura|factura|num factura|n factura|"
    "numero factura|documento|referencia|su factura|"
    "factuurnummer|factuurnr|factuur nr|factuur|uw factuur|documentnummer|referentie|kenmerk",
    Role.KIND: "type|document type|doc type|belegart|art|nature|tipo|clase|soort|documentsoort",
    Role.DAY: "date|invoice date|document date|inv date|datum|rechnungsdatum|belegdatum|"
    "date facture|date de facture|date de la facture|fecha|fecha factura|fecha de factura|"
    "factuurdatum",
    Role.GROSS: "gross amount|gross|invoice amount|original amount|invoice total|inv amount|"
    "brutto|bruttobetrag|rechnungsbetrag|montant brut|brut|montant facture|montant ttc|"
    "montant de la facture|importe bruto|bruto|importe factura|importe de la factura|"
    "brutobedrag|bruto bedrag|factuurbedrag",
    Role.AMOUNT: "amount|betrag|montant|importe|monto|bedrag|value|wert|total",
    Role.DISCOUNT: "discount|discount taken|discount amount|cash discount|disc|"
    "early payment discount|skonto|skontobetrag|rabatt|escompte|remise|descuento|dto|"
    "descuento pronto pago|korting|betalingskorting",
    Role.DEDUCTION: "deduction|deductions|adjustment|adjustments|adj|withheld|withholding|"
    "deduction amount|adjustment amount|short paid|abzug|abzuge|kurzung|einbehalt|retenue|"
    "deduction montant|ajustement|retenues|deduccion|deducciones|ajuste|retencion|inhouding|"
    "aftrek|correctie|inhoudingen",
    Role.REASON: "reason|reason for deduction|deduction reason|adjustment reason|comment|"
    "comments|remark|remarks|description|notes|note|memo|grund|abzugsgrund|bemerkung|"
    "bemerkungen|text|beschreibung|motif|motif de la deduction|commentaire|libelle|motivo|"
    "concepto|comentario|observaciones|reden|omschrijving|opmerking|toelichting",
    Role.NET: "net amount|net paid|net|amount paid|paid|paid amount|payment amount|payment|"
    "amount remitted|zahlbetrag|nettobetrag|netto|gezahlt|bezahlt|zahlung|zahlungsbetrag|"
    "uberweisungsbetrag|montant net|net paye|montant paye|montant regle|net a payer|paye|regle|"
    "importe neto|importe pagado|pagado|neto|nettobedrag|netto bedrag|betaald|betaald bedrag|"
    "betaalbedrag",
    Role.CURRENCY: "currency|ccy|curr|cur|wahrung|whg|devise|moneda|divisa|valuta|munt",
})  # fmt: skip
PAID = _phrases({
    Role.TOTAL: "total paid|payment amount|amount paid|payment total|total payment|net total|"
    "total amount paid|total remitted|zahlbetrag|zahlungsbetrag|uberweisungsbetrag|"
    "montant du paiement|montant du virement|montant paye|total paye|net a payer|"
    "importe del pago|importe pagado|total pagado|importe transferido|betaald bedrag|"
    "totaal betaald|betaalbedrag",
})  # fmt: skip
LABELS = PAID | _phrases({
    Role.TOTAL: "total|total amount|grand total|amount|gesamtbetrag|gesamtsumme|gesamt|summe|"
    "betrag|montant total|total general|montant|importe total|importe|totaal|totaalbedrag|bedrag",
    Role.PAYER: "payer|payer name|paid by|from|customer|customer name|remitter|company|zahler|"
    "auftraggeber|kunde|payeur|emetteur|donneur d ordre|client|pagador|ordenante|emisor|cliente|"
    "betaler|opdrachtgever|klant",
    Role.REFERENCE: "payment reference|payment ref|payment number|payment no|payment id|"
    "trace number|trace no|trace|check number|check no|cheque number|cheque no|eft number|"
    "eft reference|eft no|ach trace|transaction id|transaction reference|remittance number|"
    "remittance no|advice number|remittance id|zahlungsreferenz|zahlungsnummer|zahlungs nr|"
    "avisnummer|avis nr|uberweisungsreferenz|reference de paiement|reference du paiement|"
    "numero de paiement|reference du virement|numero de cheque|referencia de pago|"
    "referencia del pago|numero de pago|numero de transferencia|betalingskenmerk|"
    "betalingsreferentie|betaalreferentie|betalingsnummer|reference|referenz|referencia|"
    "referentie|kenmerk|ref",
    Role.DAY: "payment date|date of payment|date|value date|transfer date|zahlungsdatum|"
    "zahldatum|valutadatum|valuta|datum|date de paiement|date du paiement|date du virement|"
    "fecha de pago|fecha del pago|fecha|betaaldatum|betalingsdatum",
    Role.CURRENCY: "currency|payment currency|wahrung|devise|moneda|divisa|munt",
})  # fmt: skip

_TOTAL = re.compile(
    r"(?:grand |net )?totals?\b|total\w*\b|gesamt\w*\b|summe\b|somme\b|suma\b|totaal\w*\b|"
    r"montant total\b|importe total\b|zahlbetrag\b"
)
_SUM = re.compile(
    r"\w*(?:total|totaal|totaux|summe|gesamt)\w*|\b(?:sums?|somme|suma|sumatorio|balance|saldo|solde)\b"
)
_SUBTOTAL = re.compile(
    r"sub ?-?totals?\b|zwischensumme\b|sous total\b|subtotal\b|subtotaal\b|carried forward\b|"
    r"brought forward\b|ubertrag\b|report\b|a reporter\b|suma y sigue\b|transport\b"
)
_CREDIT = re.compile(
    r"\b(?:credit (?:note|memo)|credit|gutschrift|avoir|nota de credito|abono|creditnota|"
    r"creditfactuur|cm|cn)\b"
)
_ADVICE = re.compile(
    r"\b(?:remittance|payment advice|payment notification|zahlungsavis|zahlungsankundigung|avis|"
    r"avis de (?:paiement|virement)|aviso de pago|notificacion de pago|remesa|relacion de pagos|"
    r"betalingsadvies|betaaladvies|betalingsspecificatie)\b"
)


def plain(text: str) -> str:
    """Words without accents, signs and case, one blank between: what the lists above hold."""
    text = text[:200].casefold().replace("ß", "ss").replace("º", "").replace("°", "")
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z]+", bare))


def column(text: str) -> Role | None:
    """What a column of this heading holds; a currency or a sign in it does not count."""
    words = plain(re.sub(r"\([^)]*\)|\b[A-Z]{3}\b(?=\s*$)", "", text)) or plain(text)
    return COLUMNS.get(words)


def label(text: str) -> Role | None:
    return LABELS.get(plain(text))


def says_paid(text: str) -> bool:
    """Whether a label means the payment itself, and not just some total."""
    return plain(text) in PAID


def is_total(text: str) -> bool:
    return bool(_TOTAL.match(plain(text)))


def sounds_like_total(text: str) -> bool:
    """Whether any word of a text is one for a sum; an invoice's number may have such a word too."""
    return bool(_SUM.search(plain(text)))


def is_subtotal(text: str) -> bool:
    return bool(_SUBTOTAL.match(plain(text)))


def is_credit(text: str) -> bool:
    return bool(_CREDIT.search(plain(text)))


def names_advice(text: str) -> bool:
    """Whether a text calls itself an advice of payment."""
    return any(_ADVICE.search(plain(line)) for line in text.splitlines())
