"""What banks call their columns, in the languages of the markets that Ledgerhand serves."""

from __future__ import annotations

import re
import unicodedata

NAMES = """
date: booking date, date, posting date, transaction date, posted date, date posted, process
  date, entry date, buchungstag, buchungsdatum, buchung, datum, boekdatum, boekingsdatum,
  transactiedatum, date operation, date de l operation, date comptable, date de
  comptabilisation, fecha, fecha operacion, fecha contable, fecha de operacion, data, data
  contabile, data operazione, data movimento, data ksiegowania, data operacji, bogforingsdato,
  dato, bokforingsdatum, bokforingsdato, kirjauspaiva, data lancamento
value_date: value date, valuta, valutadatum, wertstellung, valutadato, date valeur, date de
  valeur, fecha valor, data valuta, data valor, effective date, rentedatum, data waluty,
  arvopaiva
amount: amount, transaction amount, betrag, umsatz, bedrag, montant, importe, importo, kwota,
  kwota operacji, belob, belopp, belop, maara, valor, betrag eur, bedrag eur, net amount, amount
  gbp, amount usd, amount eur
credit: credit, credit amount, credits, paid in, money in, deposit, deposits, haben, gutschrift,
  gutschrift in chf, bij, credito, abono, accrediti, entrate, avere, money received, uznania,
  inn, insattning, haber, entree
debit: debit, debit amount, debits, paid out, money out, withdrawal, withdrawals, soll,
  lastschrift, belastung, belastung in chf, debet, debito, cargo, addebiti, uscite, dare, money
  sent, obciazenia, ut, uttag, debe, sortie
direction: d c, c d, dc, credit debit, debit credit, credit debit indicator, soll haben, s h, af
  bij, af bij code, sens, debit or credit, dr cr, cr dr, bij af
balance: balance, running balance, saldo, solde, kontostand, account balance, saldo nach
  buchung, saldo na mutatie, saldo po operacji, saldo disponible, closing balance, balance after
  transaction
currency: currency, wahrung, waehrung, munt, muntsoort, valuta code, devise, divisa, moneda,
  waluta, currency code, ccy, moeda, valutakod, valutta
payer: payer, payer name, partner name, name, counterparty, counterparty name, beneficiary
  payer, auftraggeber empfanger, auftraggeber, zahlungspflichtiger, begunstigter
  zahlungspflichtiger, beguenstigter zahlungspflichtiger, name zahlungsbeteiligter,
  zahlungsbeteiligter, naam, naam tegenpartij, naam tegenrekening, contrepartie, nom
  contrepartie, ordenante, controparte, nadawca, kontrahent, afsender, avsandare, maksaja,
  payee, customer, other party, nome, contraparte
payer_account: bank account, payer account, counterparty account, kontonummer iban, iban
  zahlungsbeteiligter, tegenrekening, tegenrekening iban bban, contra account, compte
  contrepartie, partner account, partner iban, counterparty iban, account number of payer, conto
  controparte, rachunek nadawcy
reference: reference, description, label, details, detail, memo, narrative, remittance
  information, payment reference, transaction details, particulars, verwendungszweck,
  buchungstext, betreff, omschrijving, mededeling, mededelingen, libelle, communication, motif,
  concepto, descripcion, observaciones, causale, descrizione, opis, opis operacji, tytul, tekst,
  text, meddelande, melding, viesti, viite, historico, descricao, payment details, code,
  betalingskenmerk
bank_id: transaction id, transaction reference, bank reference, operation number, id, bank id,
  entry reference, transaktions id, volgnr, volgnummer, numero operation, numero d operation,
  fitid, unique id, transactiereferentie, arkivkod
account: account, account number, iban, konto, kontonummer, auftragskonto, rekening, iban bban,
  rekeningnummer, compte, numero de compte, cuenta, conto, rachunek, own account, iban
  auftragskonto
original_amount: amount currency, original amount, foreign amount, amount in currency, oorspr
  bedrag, originalbetrag, ursprungsbetrag, montant devise
original_currency: original currency, oorspr munt, foreign currency
"""
"""By role, the names of columns in lower case, without accents and signs."""
OPENING = ("opening", "start", "initial", "anfang", "begin", "previous", "debut", "iniziale")
CLOSING = ("closing", "end", "final", "ende", "eind", "fin", "finale", "cloture")
BALANCES = ("balance", "saldo", "solde", "kontostand")
IN = frozenset({"c", "cr", "credit", "crdt", "h", "haben", "bij", "in", "+", "kredit", "credito"})
OUT = frozenset({"d", "dr", "debit", "dbit", "s", "soll", "af", "out", "-", "debet", "debito"})


def folded(text: str) -> str:
    """Lower case, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o")).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def role_of(name: str) -> str:
    """What a column of that name holds, or nothing."""
    return ROLES.get(folded(name), "")


def _roles() -> dict[str, str]:
    """The first role that has a name takes it."""
    found: dict[str, str] = {}
    for line in re.sub(r"\n  ", " ", NAMES.strip()).split("\n"):
        role, _, names = line.partition(": ")
        for name in names.split(", "):
            found.setdefault(name, role)
    return found


ROLES = _roles()
