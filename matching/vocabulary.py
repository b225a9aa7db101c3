"""The words that payers and banks use around numbers, in the languages that we read."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def _any_of(text: str) -> re.Pattern[str]:
    """Matches any of the phrases, which are separated by bars, at the borders of words."""
    phrases = (phrase.strip().replace(" ", r"\s+") for phrase in text.split("|"))
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


CALLED_INVOICE = _words(
    "bill bills fac fact factura facturas facture factures factuur factuurnr facturen fattura fra "
    "inv invoice invoices invs rech rechnung rechnungen rechnr rg rnr rgnr"
)
INVOICE_WORDS = CALLED_INVOICE | _words(
    "in no nos nr nrs num number numbers numero paying re svwz ref"
)
OTHER_WORDS = _words(
    "acc account acct bic case check cheque chk client cm cn contract credit cust customer "
    "estimate fax iban id job kundennummer klantnr kunde kdnr mandate mob mobile order bestellung "
    "auftrag commande pedido phone po project quote rma so tel telephone trace trn unit vat zip"
)
LEFT_OUT_BEFORE = re.compile(
    r"(?<!\w)(?:not\s+incl\w*|excl\w*|except|without|w/o|previous\w*|prev|already\s+paid|ohne"
    r"|au(?:ß|ss)er|nicht|sauf|sans|zonder|behalve|excepto|sin|salvo)\W{0,3}(?:(?:inv\w*|no|nr"
    r"|rechnung)\W{0,3})?$"
)
LEFT_OUT_AFTER = re.compile(
    r"\W{0,3}(?:is\s+|are\s+|still\s+|already\s+)?(?:to\s+follow|follows?|will\s+follow|later|next"
    r"|disputed|in\s+dispute|dispute|on\s+hold|held|pending|not\s+paid|unpaid|paid|not\s+included"
    r"|folgt|strittig|bereits\s+bezahlt|bezahlt|offen|suivra|suit|en\s+litige|pay[ée]e?|volgt"
    r"|betwist|betaald|sigue|en\s+disputa|pagad[ao])(?!\w)"
)
AHEAD = _any_of(
    "prepayment|pre-payment|prepaid|deposit|advance|advance payment|in advance|on account|retainer"
    "|down payment|anzahlung|vorauszahlung|vorkasse|abschlag|acompte|avance|aanbetaling"
    "|vooruitbetaling|voorschot|anticipo|pago anticipado|quote|quotation|proforma|pro forma"
)
PARTIAL = _any_of(
    "part pmt|part payment|partial|partial payment|part paid|part|instal?lment|on account"
    "|on account of|teilzahlung|rate|acompte|paiement partiel|deelbetaling|termijn|pago parcial"
)
REDUCED = {
    "fee": _any_of(
        "bank charges|bank charge|bank fee|charges|wire fee|our/sha|sha|bankgeb(?:ü|ue)hren"
        "|geb(?:ü|ue)hren|spesen|frais|frais bancaires|bankkosten|comisi[oó]n|gastos"
    ),
    "discount": _any_of(
        r"disc|discount|less \d{1,2}\s*%|early settlement|settlement discount|early payment"
        r"|-\s*\d{1,2}\s*%|skonto|abz(?:ü|ue)glich|escompte|remise|korting"
        r"|betalingskorting|descuento"
    ),
    "withholding": _any_of(
        "withholding|withholding tax|wht|tds|quellensteuer|retenue|retenue (?:a|à) la source"
        "|bronbelasting|retenci[oó]n"
    ),
    "deduction": _any_of(
        r"deduction|deducted|damaged|damage|short\s*ship\w*|shortage|price adj\w*"
        r"|returns?|claim|cb-?\d*"
        r"|chargeback|credit|adj\w*|m(?:ä|ae)ngel|minderung|retoure|abzug"
        r"|litige|litige marchandise"
        r"|avoir|min creditering|creditering|schade|retour|deducci[oó]n|devoluci[oó]n"
    ),
}
PRICED = _any_of(
    r"pric\w*|overcharg\w*|over-?bill\w*|list\s*price|rate differ\w*|preis\w*|prix|tarif\w*"
    r"|prijs\w*|prijzen|precios?"
)
"""Words with which a payer says that a price is wrong."""
ELSEWHERE = _any_of(
    r"payroll|salary|wages|tax refund|tax ref|vat repayment|vat refund|steuererstattung"
    r"|umsatzsteuer|internal transfer|transfer from savings|own transfer|umbuchung"
    r"|(?:credit )?refund"
    r"|refund order|rma|claim \d+ settlement|insurance|interest|interest paid|zinsen"
    r"|int[eé]r[eê]ts"
    r"|director loan|directors? loan|loan|darlehen|owner contribution|capital contribution"
    r"|contribution|dividend|grant|subsidy|subvention|zuschuss|cashback"
    r"|gutschrift zinsen|overpaid bill"
    r"|bill refund|erstattung|remboursement|terugbetaling|reembolso|impuestos?|belasting\w*"
    r"|nss|social security|sozialversicherung"
)
PAYOUT = _any_of(
    r"payout|payouts|sq \*batch|batch \d+|paypal transfer|stripe|stripe payout|merchant settlement"
    r"|card settlement|settlement batch|auszahlung|versement|uitbetaling|gocardless"
    r"|sumup|adyen|square"
)
AUTHORITY = _any_of(
    "irs|irs treas|hmrc|hmrc vat|finanzamt|ato|belastingdienst|dgfip"
    "|agencia tributaria|treasury dept"
    "|bundeskasse|payroll|gusto|adp|savings account|cra|ird"
)
NOBODY = re.compile(
    r"\W*(?:(?:branch|online|mobile|internet|bank|banking|customer|counter|cash|cheque|check|bacs"
    r"|faster|payments?|credit|deposit|transfer|ach|wire|incoming|unknown|ref|reference|thanks?|you"
    r"|thank|invoice|invoices|inv|services?|gutschrift|[uü]berweisung|eingang|zahlung|virement"
    r"|paiement|reglement|overboeking|betaling|transferencia|pago|notprovided|\d{1,2}[/.]\d{1,2}"
    r"(?:[/.]\d{2,4})?)\W*)*"
)
"""A payer or a text that names nobody and nothing."""
_MONTHS = """
    january jan januar janvier januari enero
    february feb februar fevrier février februari febrero
    march mar maerz märz mars maart marzo
    april apr avril abril
    may mai mei mayo
    june jun juni juin junio
    july jul juli juillet julio
    august aug aout août augustus agosto
    september sep sept septembre septiembre
    october oct oktober okt octobre octubre
    november nov novembre noviembre
    december dec dezember dez decembre décembre diciembre
"""
MONTHS = {
    name: number
    for number, names in enumerate(_MONTHS.strip().splitlines(), start=1)
    for name in names.split()
}
