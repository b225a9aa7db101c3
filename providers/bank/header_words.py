"""What banks call their columns, and rows that are no lines, in the languages of our markets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from providers.bank.amounts import currencies

SIGN = re.compile(r"(?:US|CA?|AU?|NZ|HK|SG?|MX|R)?\$|[€£¥₹]")
MOVED = frozenset({"amount", "credit", "debit"})
BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
GLUED_MIN = 6
"""A shorter name without its spaces may be another word."""
OF_AMOUNTS = frozenset({"amount", "credit", "debit", "balance", "fee"})
NAMES = """
date: booking date, date, posting date, transaction date, posted date, date posted, process
  date, entry date, buchungstag, buchungsdatum, buchung, datum, boekdatum, boekingsdatum,
  transactiedatum, date operation, date de l operation, date comptable, date de
  comptabilisation, fecha, fecha operacion, fecha contable, fecha de operacion, data, data
  contabile, data operazione, data movimento, data ksiegowania, data operacji, bogforingsdato,
  dato, bokforingsdatum, bokforingsdag, bokforingsdato, kirjauspaiva, data lancamento,
  completed date, completion date, date completed, settlement date, operation date, booked date,
  date utc, settlement date utc, dateop
value_date: value date, valuta, valutadatum, wertstellung, valutadato, valutadag, date valeur,
  date de valeur, fecha valor, data valuta, data valor, effective date, rentedatum, data waluty,
  arvopaiva
amount: amount, transaction amount, betrag, umsatz, bedrag, montant, importe, importo, kwota,
  kwota operacji, belob, belopp, belop, maara, valor, value, net amount, montant total, importe
  total
credit: credit, credit amount, credits, paid in, money in, deposit, deposits, haben, gutschrift,
  bij, credito, abono, accrediti, entrate, avere, money received, uznania, inn, insattning,
  haber, entree
debit: debit, debit amount, debits, paid out, money out, withdrawal, withdrawals, soll,
  lastschrift, belastung, debet, debito, cargo, addebiti, uscite, dare, money sent, obciazenia,
  ut, uttag, debe, sortie
direction: d c, c d, dc, credit debit, debit credit, credit debit indicator, debit credit indicator,
  soll haben, soll haben kennzeichen, s h, af bij, af bij code, sens, debit or credit, credit or
  debit, dr cr, cr dr, bij af
balance: balance, running balance, running bal, saldo, solde, kontostand, account balance, saldo
  nach buchung, saldo na mutatie, saldo po operacji, saldo disponible, closing balance, balance
  after transaction, accountbalance
currency: currency, wahrung, waehrung, munt, muntsoort, valuta code, devise, divisa, moneda,
  waluta, currency code, ccy, moeda, valutakod, valutta, account currency, payment currency,
  kontowahrung, kontowaehrung
payer: payer, payer name, partner name, name, counterparty, counterparty name, beneficiary
  payer, auftraggeber empfanger, auftraggeber, zahlungspflichtiger, begunstigter
  zahlungspflichtiger, beguenstigter zahlungspflichtiger, name zahlungsbeteiligter,
  zahlungsbeteiligter, naam, naam tegenpartij, naam tegenrekening, contrepartie, nom
  contrepartie, zahlungspflichtige r, naam omschrijving, ordenante, controparte, nadawca,
  kontrahent, afsender, avsandare, maksaja, payee, customer, other party, nome, contraparte,
  tegenrekeninghouder, begunstigter auftraggeber, beguenstigter auftraggeber
payer_account: bank account, payer account, counterparty account, kontonummer iban, iban
  kontonummer, iban zahlungsbeteiligter, tegenrekening, tegenrekening iban bban, contra account,
  compte contrepartie, tegenrekeningnummer, rekeningnummer tegenpartij, partner account, partner
  iban, counterparty iban, account number of payer, conto controparte, rachunek nadawcy,
  gegenkonto, gegenkontonummer, iban gegenkonto, gegenkonto iban, konto gegenseite, sender account,
  sender iban, payer iban, remitter account, iban contrepartie, compte emetteur, cuenta
  contrapartida, cuenta ordenante, iban ordenante, iban controparte, iban tegenpartij
reference: reference, description, label, details, detail, memo, narrative, remittance
  information, payment reference, transaction details, particulars, verwendungszweck,
  buchungstext, betreff, omschrijving, mededeling, mededelingen, libelle, communication, motif,
  concepto, descripcion, observaciones, causale, descrizione, opis, opis operacji, tytul, tekst,
  text, meddelande, melding, viesti, viite, historico, descricao, beschreibung, payment details,
  code, betalingskenmerk, transaction description, bank description, original description,
  description 1, description 2, memo description
bank_id: transaction id, transaction reference, bank reference, operation number, id, bank id,
  entry reference, transaktions id, transaktions nr, volgnr, volgnummer, numero operation, numero d
  operation, fitid, unique id, transactiereferentie, arkivkod
account: account, account number, iban, konto, kontonummer, auftragskonto, rekening, iban bban,
  rekeningnummer, compte, numero de compte, cuenta, conto, rachunek, own account, iban
  auftragskonto, accountnum, numero compte
fee: fee, fees, fee amount, transaction fee, gebuhr, gebuehr, gebuhren, gebuehren, entgelt, frais,
  kosten, transactiekosten, comision, comisiones, commissione, commissioni, oplata, prowizja,
  avgift, gebyr
status: status, state, transaction status, transaction state, booking status, buchungsstatus,
  umsatzstatus, statut, estado, stato, stan
original_amount: amount currency, original amount, foreign amount, amount in currency, oorspr
  bedrag, originalbetrag, ursprungsbetrag, montant devise
original_currency: original currency, oorspr munt, foreign currency
"""
"""By role, the names of columns in lower case, without accents and signs."""
ROWS = """
opening: opening, start, initial, anfang, begin, previous, debut, iniziale, beginning, starting,
  inicial, anterior, anfangssaldo, beginsaldo
closing: closing, end, final, ende, eind, fin, finale, cloture, ending, endsaldo, schlusssaldo,
  eindsaldo
balances: balance, saldo, solde, kontostand, anfangssaldo, endsaldo, schlusssaldo, beginsaldo,
  eindsaldo, saldovortrag
stands: opening, beginning, starting, closing, ending, initial, inicial, final, anterior, forward,
  anfangssaldo, endsaldo, schlusssaldo, beginsaldo, eindsaldo, saldovortrag
beside: account, ledger, brought, carried, as, of, on, at, the, per, am, vom, zum, au, du, le, a,
  al, el, de, op, van
totals: total, totals, grand, sum, summe, summen, gesamt, gesamtsumme, gesamtbetrag, somme, totaux,
  suma, totales, totaal, totaalbedrag
"""
"""Words of rows that are no movements. Without one that `stands`, a text about a balance may as
well be a payer's; `beside` are words that may go with it."""
WORDS_OF_TEXT = """
ends: text, tekst, mededeling, mededelingen, omschrijving, beschreibung, zweck, communication,
  description, descrizione, descripcion, descricao, mitteilung, mitteilungen, message, libelle,
  motif, details, narrative, memo, remark, remarks, note, notes, kommentar, comment, observaciones,
  concepto, movimiento, causale, opis, tytul, viesti, meddelande, melding, historico, referenz,
  complementaires
others: type, types, typ, tipo, art, soort, category, categorie, kategorie, categoria, rubrieknaam,
  code, id, bic, iban, address, adres, adresse, indirizzo, direccion, account, konto, compte, conto,
  rekening, cuenta, card, carte, karte, kaart, bank, banque, banco, banca, branch,
  filiale, time, timestamp, exchange, rate, koers, kurs
anothers: orig, original, origin, foreign, local, fee, fees, exchange, source, from, to, oorspr,
  oorspronkelijke, ursprung, gebuhr, frais, kosten
"""
"""Last words of names of columns that hold a text, words of those that hold something else, and
words of currencies that are not the amount's."""
ABOUT_BALANCE = re.compile("balance|sald|solde|kontostand", re.IGNORECASE)
SIDES = """
in: c, cr, credit, credits, crdt, h, haben, bij, in, +, kredit, credito, deposit, deposits,
  incoming, money in, paid in, eingang, gutschrift, entrata, ingreso, avere, entree, uznanie
out: d, dr, debit, debits, dbit, s, soll, af, out, -, debet, debito, withdrawal, withdrawals,
  outgoing, money out, paid out, ausgang, belastung, uscita, egreso, dare, sortie, obciazenie
perhaps in: credited, received, ontvangen
perhaps out: debited, sent, cargo, abbuchung, afschrijving
everyday in: income, inbound, receive, zahlungseingang, einnahme, einnahmen, inkomend, inkomende,
  recu, recue, recette, recettes, recibida, recibido, entrada, entrante
everyday out: expense, expenses, outbound, spend, spent, payout, paid, zahlungsausgang, ausgabe,
  ausgaben, uitgaand, uitgaande, emis, emise, depense, depenses, prelevement, emitida, emitido,
  enviada, enviado, gasto, gastos, saida, saliente
"""
"""Words that say by themselves which way money went, some that mean it or something else, and some
that say so only beside amounts without signs: elsewhere they are kinds of income and expense."""


def folded(text: str) -> str:
    """Lower case, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o")).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def role_of(name: str) -> str:
    """What a column of that name holds, or nothing."""
    return _role_and_currency(name)[0]


def stated_currency(name: str) -> str:
    """The code or sign that the name of a column of amounts states, such as `Amount (EUR)`."""
    return _role_and_currency(name)[1]


def is_currency(name: str) -> bool:
    """Whether a name is that of a currency and no more, such as `CAD$`: amounts stand under it."""
    return bool(_currency_alone(name))


def is_in(text: str, *, is_unsigned: bool = False) -> bool | None:
    """Which way money went by a word such as `Haben`, or the last of some, such as `ACH Credit`;
    None where it is not said. A direct debit is out for who pays and in for who collects. Beside
    amounts that are `is_unsigned`, everyday words such as `Expense` say it, too."""
    told = folded(text) or text.strip()
    words = told.split()
    last = words[-1] if len(words) > 1 and "direct" not in words and len(words[-1]) > 1 else told
    for word in (told, last):
        if word in IN | PERHAPS_IN or (is_unsigned and word in EVERYDAY_IN):
            return True
        if word in OUT | PERHAPS_OUT or (is_unsigned and word in EVERYDAY_OUT):
            return False
    return None


def is_balance(text: str) -> bool:
    """Whether a text only says where the account stands, such as `Opening balance on 1 March`."""
    return is_about_balance(text) and bool(_letters(text) & STANDS)


def is_about_balance(text: str) -> bool:
    """The same, or only by the word for a balance, which may as well be one of a payer's."""
    if not ABOUT_BALANCE.search(text):
        return False
    words = _letters(text)
    return bool(words & BALANCES) and words <= BALANCES | STANDS | BESIDE


def is_text(name: str) -> bool:
    """Whether a column's name ends like one of a text, such as `Avisierungstext`."""
    words = [word.rstrip("0123456789") for word in folded(name).split()]
    return any(word.endswith(tuple(ENDS)) for word in words)


def is_no_text(name: str) -> bool:
    """Whether it says that it holds something else, such as `Type` or `Address`."""
    return bool(OTHERS & set(folded(name).split()))


def is_of_another(name: str) -> bool:
    """Whether a currency is that of a fee or of what was changed, such as `Orig currency`."""
    return bool(ANOTHERS & set(folded(name).split()))


def is_of_a_currency(name: str) -> bool:
    """Whether a name says that it holds currencies, and of what, such as `Target currency`."""
    return any(word.endswith(CURRENCIES) for word in folded(name).split())


def is_total(text: str) -> bool:
    return bool(words := folded(text).split()) and words[0] in TOTALS


def is_only_total(text: str) -> bool:
    return bool(words := set(folded(text).split())) and words <= TOTALS


@lru_cache(maxsize=1_000)
def _role_and_currency(name: str) -> tuple[str, str]:
    signs, plain = SIGN.findall(name), folded(SIGN.sub(" ", name))
    if alone := _currency_alone(name):
        return "amount", alone
    if signs:
        return _role(plain) or _role(plain.removesuffix(" in")), " ".join(signs)
    if role := _role(plain):
        return role, ""
    rest, _, code = plain.upper().rpartition(" ")
    code = "EUR" if code in {"EURO", "EUROS"} else code
    role = _role(rest.lower().removesuffix(" in")) if code in currencies() else ""
    if role in OF_AMOUNTS:
        return role, code
    bare = BRACKETS.sub("", name)
    return _role_and_currency(bare) if bare != name and folded(bare) else ("", "")


def _currency_alone(name: str) -> str:
    signs, plain = SIGN.findall(name), folded(SIGN.sub(" ", name))
    if not plain:
        return " ".join(signs)
    return plain.upper() if plain.upper() in currencies() and plain not in ROLES else ""


def _letters(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", folded(text)))


def _lists(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in re.sub(r"\n  ", " ", text.strip()).split("\n"):
        head, _, words = line.partition(": ")
        yield head, words.split(", ")


def _roles() -> dict[str, str]:
    """The first role that has a name takes it."""
    found: dict[str, str] = {}
    for role, names in _lists(NAMES):
        for name in names:
            found.setdefault(name, role)
    return found


def _paired() -> Iterator[str]:
    """Names made of a word for money in and one for money out, such as `CreditDebet`."""
    for one, other in product(IN, OUT):
        if min(len(one), len(other)) > 1:
            yield from ((one + other).replace(" ", ""), (other + one).replace(" ", ""))


def _essence(plain: str) -> str:
    """Without articles and the like; empty where that leaves one word, which may mean anything."""
    words = [word for word in plain.split() if word not in PARTICLES]
    return " ".join(words) if len(words) > 1 else ""


def _role(plain: str) -> str:
    """By a folded name: as it is known, with other spaces, articles or a number after it."""
    found = ROLES.get(plain) or GLUED.get(plain.replace(" ", "")) or ESSENTIAL.get(_essence(plain))
    if found:
        return found
    numbered = ROLES.get(plain.rstrip("0123456789").strip(), "")
    return numbered if numbered in TEXTS else ""


ROLES = _roles()
IN, OUT, PERHAPS_IN, PERHAPS_OUT, EVERYDAY_IN, EVERYDAY_OUT = (
    frozenset(words) for _, words in _lists(SIDES)
)
ENDS, OTHERS, ANOTHERS = (frozenset(words) for _, words in _lists(WORDS_OF_TEXT))
TEXTS = frozenset({"reference", "payer"})
CURRENCIES = ("valuta", *(name for name, role in ROLES.items() if role == "currency"))
PARTICLES = frozenset({"d", "de", "del", "della", "des", "di", "du", "l", "la", "le", "of", "the"})
GLUED = dict.fromkeys(_paired(), "direction") | {
    name.replace(" ", ""): role for name, role in ROLES.items() if len(name) >= GLUED_MIN
}
ESSENTIAL = {short: role for name, role in reversed(ROLES.items()) if (short := _essence(name))}
OPENING, CLOSING, BALANCES, STANDS, BESIDE, TOTALS = (frozenset(words) for _, words in _lists(ROWS))
