"""What the words before a number or an amount mean, in five languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from providers.remittances import words as columns

INVOICE = re.compile(
    r"invoices?|inv|bills?|rechnung(?:en)?|rechnungsnummern?|factures?|facturas?|factuur|facturen|"
    r"factuurnummers?"
)
CREDIT = re.compile(
    r"credit ?notes?|credit ?memos?|credits?|gutschrift(?:en)?|avoirs?|abonos?|notas? de credito|"
    r"creditnota s?|creditnotas?|creditfactu(?:ur|ren)"
)
BETWEEN = re.compile(
    "no|nr|num|nummer|numbers?|numero|n|o|of|dated|vom|du|del|van|the|der|die|la|le|les|el|de"
)
OTHER = re.compile(
    r"ref|reference|referenz|referencia|referentie|kenmerk|trace|iban|account|konto|kontonummer|"
    r"compte|cuenta|rekening|cheque|check|scheck|phone|tel|fax|order|po|bestellung|commande|pedido|"
    r"customer|kunde|client|cliente|klant|vat|ust|tva|zip|box|suite|page|seite"
)
GOES_ON = re.compile("and|und|et|y|en|e|sowie")
TOTAL = re.compile(
    r"total|totals|totalling|totaling|sum|altogether|gesamt\w*|summe|insgesamt|zusammen|somme|tout|"
    r"suma|totaal\w*|samen"
)
PAID = re.compile(
    r"payments?|paid|pay|paying|transfer(?:red|s)?|wired?|remit\w*|sent|zahl\w*|uberw\w*|gezahlt|"
    r"bezahl\w*|zahlbetrag|paiements?|virements?|paye\w*|regle\w*|verse\w*|pago|pagos|pagad[oa]s?|"
    r"cheque|check|scheck|enclosed|transferencia|transferid[oa]s?|abonad[oa]s?|betaling|betaald\w*|overgemaakt|overboeking"
)
AMOUNT = re.compile("amount|value|betrag|montant|importe|bedrag")
LESS = re.compile(
    r"less|minus|deduct\w*|short|shortage|withh\w*|abzug\w*|abz|abzuglich|gekurzt|kurzung|einbehalt\w*|"
    r"moins|deduction|deduit\w*|retenues?|menos|deducci\w*|descontad\w*|retenci\w*|aftrek|verminderd|"
    r"inhouding"
)
DISCOUNT = re.compile(r"discounts?|skonto|rabatt|escompte|remise|descuento|dto|korting")
GREETING = re.compile(
    r"(?:best|kind|warm)? ?regards\b|best\b|thanks\b|thank you\b|many thanks\b|sincerely\b|yours\b|"
    r"cheers\b|mit freundlichen\b|freundliche\b|viele gru\w*|beste gru\w*|mfg\b|danke\b|"
    r"cordialement\b|"
    r"bien a vous\b|salutations\b|merci\b|saludos\b|un saludo\b|atentamente\b|gracias\b|groet\w*|"
    r"met vriendelijke\b|vriendelijke\b|bedankt\b|sent from\b|von meinem\b"
)
OPEN = re.compile(
    r"\b(?:unpaid|not|cannot|havent|dont|didnt|wont|nicht|kein\w*|pas|niet|geen|aun|todavia|"
    r"no (?:hemos|han|vamos)|can (?:only |just )?(?:pay|transfer|send)|will|shall|would|could|soon|"
    r"going to|next (?:week|month)|asked|asking|request\w*|demand\w*|remind\w*|overdue|owed?|"
    r"werden|wird|konnen|bald|nachste\w*|mahn\w*|pouvons|prochain\w*|impaye\w*|podemos|proxim\w*|"
    r"kunnen|zullen|volgende|dispute\w*|wrong|incorrect|falsch)\b"
)
"""Words after which a sentence may say that nothing was paid, or only ask."""


def plain(text: str) -> str:
    return columns.plain(text)


def is_open(line: str) -> bool:
    bare = columns.plain(line.replace("'", "").replace("’", ""))
    return "?" in line or bool(OPEN.search(bare))


def says_paid(text: str) -> bool:
    """Whether a text speaks of a payment at all."""
    return columns.names_advice(text) or any(
        is_paid(columns.plain(line).split()) for line in text.splitlines()
    )


def is_greeting(line: str) -> bool:
    return not re.search(r"\d", line) and bool(GREETING.match(columns.plain(line)))


def is_invoice(words: Sequence[str]) -> bool:
    """Whether the last word that counts announces the number of a document."""
    return _last(words, INVOICE) or bool(credit_in(words))


def credit_in(words: Sequence[str]) -> str:
    """The words for a credit note right before its number, with a blank; else nothing."""
    told = [word for word in words if not BETWEEN.fullmatch(word)]
    for count in (3, 2, 1):
        phrase = " ".join(told[-count:])
        if CREDIT.fullmatch(phrase):
            return f"{phrase.capitalize()} "
    return ""


def is_between(word: str) -> bool:
    return BETWEEN.fullmatch(columns.plain(word)) is not None


def is_other(words: Sequence[str]) -> bool:
    return _last(words, OTHER)


def goes_on(words: Sequence[str]) -> bool:
    return not words or GOES_ON.fullmatch(words[-1]) is not None


def is_total(words: Sequence[str]) -> bool:
    return _any(words, TOTAL)


def is_paid(words: Sequence[str]) -> bool:
    return _any(words, PAID)


def is_amount(words: Sequence[str]) -> bool:
    return _last(words, AMOUNT)


def is_subtotal(words: Sequence[str]) -> bool:
    return columns.is_subtotal(" ".join(words))


def is_less(words: Sequence[str]) -> bool:
    return _any(words, LESS) or is_discount(words)


def is_discount(words: Sequence[str]) -> bool:
    return _any(words, DISCOUNT)


def _any(words: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(word) for word in words)


def _last(words: Sequence[str], pattern: re.Pattern[str]) -> bool:
    told = [word for word in words if not BETWEEN.fullmatch(word)]
    return bool(told) and pattern.fullmatch(told[-1]) is not None
