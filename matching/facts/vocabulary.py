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
NUMBER_WORDS = _words("n nbr no nos nr nrs num number numbers numero nummer nummern")
"""What counts says the word before: an order no, a customer number."""
ANNOUNCING = CALLED_INVOICE | NUMBER_WORDS
PAYING = _words(
    "and for of our paid pay payment payments pmt pymt settle settlement settling thank thanks to "
    "you your "
    "danke für fuer ihr ihre und zahlung zahlungen "
    "et merci paiement pour reglement règlement votre "
    "bedankt betaling en uw voor gracias pago por su y"
)
"""Words of paying, which say of no number what it is."""
INVOICE_WORDS = ANNOUNCING | _words("in paying re svwz ref")
OTHER_WORDS = frozenset({"a/c"}) | _words(
    # English, and what banks of every language write
    "aba abn acc account acct amex apt approval auth authorization awb batch bic blz bol booking "
    "box branch bsb call card case check checks cheque cheques chk chq ck client cm cn code conf "
    "confirmation container contract "
    "credit cust customer delivery docket ending estimate ext extension fax iban id item job lease "
    "licence license lockbox lot mandate mastercard member membership mob mobile offer order "
    "phone po pobox policy project "
    "quotation quote reservation rma room routing seq sequence session shipment shop site sku so "
    "store suite swift tel telephone terminal ticket tin trace tracking transaction trn trx txn "
    "unit vat visa voucher zip "
    # German
    "angebot angebots angebotsnr angebotsnummer auftrag auftrags auftragsnr auftragsnummer bestell "
    "bestellnr bestellnummer bestellung filiale handy karte kartennr kd kdnr konto kontonr "
    "kontonummer kto ktonr kunde kunden kundennr kundennummer lieferschein lieferscheinnr "
    "lieferscheinnummer mandat mandatsnr mitglied mitgliedsnr objekt projekt projektnr "
    "postfach steuernr steuernummer telefon ust vertrag vertrags vertragsnr vertragsnummer vorgang "
    "vorgangsnr "
    # French
    "adhérent bon carte cde chantier commande compte contrat cpte devis dossier livraison magasin "
    "projet siren siret tél téléphone "
    # Dutch
    "bestelling bestelnr bestelnummer btw contractnr debiteur debiteurnr debiteurnummer filiaal "
    "kaart klant klantnr klantnummer kvk lidnr lidnummer offerte offertenr ordernr ordernummer "
    "pakbon rekeningnr rekeningnummer telefoon winkel "
    # Spanish
    "albaran albarán cif cliente contrato cta cuenta expediente mandato móvil nif oferta pedido "
    "presupuesto proyecto socio tarjeta teléfono tienda"
)
LEGAL_FORMS = _words(
    "ab ag bv bvba co company corp corporation eg eurl gbr gmbh group holding holdings inc "
    "incorporated kg limited llc llp ltd lp mbh nv oy oyj plc pte pty sa sarl sas se spa sprl ug"
)
JOINING = _words("and et of the und en y e de du der die das la le el los del van von")
"""Words that a name may have or not."""
COMPASS = _words(
    "north south east west northern southern eastern western nord sud süd sued ost est ouest "
    "norte sur este oeste noord zuid oost"
)
"""By these, as by numbers, those of one name are told apart."""
BEFORE_A_NAME = _words(
    "bnf from name notprovided ordp orig originator remitter sender auftraggeber naam ordenante"
) | {"b/o", "by order of"}
"""What banks write right before the name of who paid, wherever it stands."""
RECEIVER = frozenset({"indn", "ind name"})
"""What banks of the ACH write right before the name of who got the money."""
CHANNELS = _words(
    "ach bacs bgc chaps edi eft fednow fp fpi giro pmt pymnt pymnts pymt rtp sepa tfr trf xfer "
    "zelle"
)
"""How money comes, in words of banks that stand in no name."""
OF_MONEY = _words(
    "cr credit deposit faster incoming inv invoice inward payables payer payment payments received "
    "thanks transfer wire rechnung facture factuur factura"
) | {"vendor pay"}
"""The same, and what it is for, in words that names have too."""
OF_WHOM = _words(
    "eingang gutschrift ueberweisung zahlung zahlungseingang überweisung "
    "paiement recu reglement reçu règlement versement vir virement "
    "betaling ontvangen overboeking abono ingreso pago transferencia"
)
"""Such words that "von" or "de" may follow."""
AFTER_A_NAME = _words(
    "ach bacs conf des edi entry id indn orig notprovided payables payment payments pmt pymnt "
    "pymnts pymt ref reference sepa thank thanks zelle danke zahlung paiement merci betaling "
    "bedankt pago gracias"
) | {"vendor pay"}
"""What they write behind it, and what begins no longer name."""
LEFT_OUT_BEFORE = re.compile(
    r"(?<!\w)(?:not|not\s+for|not\s+incl\w*|excl\w*|except|without|w/o|previous\w*|prev"
    r"|already\s+paid|instead\s+of|ohne|au(?:ß|ss)er|nicht|nicht\s+f(?:ü|ue)r|(?:an)?statt"
    r"|anstelle(?:\s+von)?|sauf|sans|pas|pas\s+pour|au\s+lieu\s+d[eu]|zonder|behalve|niet"
    r"|niet\s+voor|in\s+plaats\s+van|excepto|sin|salvo|no\s+(?:por|para|es)"
    r"|en\s+(?:lugar|vez)\s+de|stop\s+payment|(?:refund|reversal|duplicate)(?:\s+of)?"
    r"|r(?:ü|ue)ckzahlung|storno|remboursement(?:\s+de)?|terugbetaling|storneren"
    r"|reembolso(?:\s+de)?)\W{0,3}(?:(?:the|die|der|la|de|het|el)\s+)?"
    r"(?:(?:inv\w*|bill|no|nr|rechnung|facture|factuur|factura)\W{0,3}){0,2}$"
)
LEFT_OUT_AFTER = re.compile(
    r"\W{0,3}(?:(?:is|are|was|were|has|have|been|still|already|ist|wurde|war|bereits|schon"
    r"|est|a|été|déjà|werd|al|reeds|fue|está|ya)\s+){0,3}(?:to\s+follow|follows?|will\s+follow"
    r"|later|next|disputed|in\s+dispute|dispute|on\s+hold|held|pending|not\s+paid|unpaid|paid"
    r"|not\s+included|cancell?ed|void(?:ed)?|folgt|strittig|bezahlt|beglichen|storniert|offen"
    r"|suivra|suit|en\s+litige|pay[ée]e?|réglée?|annul[ée]e?|volgt|betwist|betaald|geannuleerd"
    r"|sigue|en\s+disputa|(?:pagad|anulad|cancelad)[ao])(?!\w)"
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
WHICH_ONE = _any_of(
    "first|second|third|fourth|fifth|last|final|latest|newest|newer|recent|current|this month'?s?"
    "|next|previous|prior|other|another|later|both"
    "|erste[nrs]?|zweite[nrs]?|dritte[nrs]?|vierte[nrs]?|letzte[nrs]?|neueste[nrs]?"
    "|aktuelle[nrs]?|n(?:ä|ae)chste[nrs]?|vorige[nrs]?|andere[nrs]?|beide"
    "|premi(?:er|[eè]re)|deuxi[eè]me|seconde?|troisi[eè]me|derni(?:er|[eè]re)|r[eé]cente?"
    "|prochaine?|pr[eé]c[eé]dente?|suivante?|autre"
    "|eerste|tweede|derde|vierde|laatste|nieuwste|huidige|volgende|vorige|andere"
    "|primer[ao]?|segund[ao]|tercer[ao]?|[uú]ltim[ao]|reciente|actual|pr[oó]xim[ao]|anterior"
    "|siguiente|otr[ao]"
)
"""Words that say which of several invoices is meant, though not by its number."""
PRICED = _any_of(
    r"pric\w*|overcharg\w*|over-?bill\w*|list\s*price|rate differ\w*|preis\w*|prix|tarif\w*"
    r"|prijs\w*|prijzen|precios?"
)
"""Words with which a payer says that a price is wrong."""
_LENT_OR_GIVEN_BACK = (
    r"tax refund|tax ref|vat repayment|vat refund|steuererstattung|transfer from savings"
    r"|own transfer|umbuchung|(?:credit )?refund|refund order|director loan|directors? loan|loan"
    r"|darlehen|owner contribution|capital contribution|overpaid bill|bill refund|erstattung"
    r"|remboursement|terugbetaling|reembolso"
)
ELSEWHERE = _any_of(
    rf"{_LENT_OR_GIVEN_BACK}|payroll|salary|wages|umsatzsteuer|internal transfer"
    r"|rma|claim \d+ settlement|insurance|interest|interest paid|zinsen"
    r"|int[eé]r[eê]ts|contribution|dividend|grant|subsidy|subvention|zuschuss|cashback"
    r"|gutschrift zinsen|impuestos?|belasting\w*|nss|social security|sozialversicherung"
)
"""What nobody writes who pays an invoice, as a text or as a payer."""
NO_PAYMENT = _any_of(
    rf"{_LENT_OR_GIVEN_BACK}|capital (?:injection|call|increase)"
    r"|own account transfer|between own accounts|kreditauszahlung|darlehens\w+"
    r"|gesellschafterdarlehen|kapitaleinlage|kapitalerh(?:ö|oe)hung|gesellschaftereinlage"
    r"|privateinlage|steuerr(?:ü|ue)ckzahlung|eigen(?:ü|ue)bertrag"
    r"|emprunt|pr[êe]t bancaire|d[ée]blocage (?:d[eu] )?(?:pr[êe]t|cr[ée]dit)"
    r"|apport (?:(?:en|de|du|des) )?(?:capital|associ[ée]s?)|compte courant d.associ[ée]s?"
    r"|pr[ée]stamo|disposici[oó]n (?:del? )?cr[ée]dito|aportaci[oó]n (?:de )?capital"
    r"|devoluci[oó]n (?:de )?hacienda|transferencia propia"
    r"|lening|geldlening|kapitaalstorting|eigen overboeking|belastingteruggaa?ve"
)
"""In a text: borrowed, put in by owners, given back by the state or others, or moved between own
accounts. Names of payers have such words too. Not what banks write of every transfer within one
bank, as "traspaso" or "virement interne", which are customers' as well."""
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
