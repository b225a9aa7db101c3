"""Headings in the manner of many banks: everything that is written about a payment is read."""

from __future__ import annotations

import pytest

from providers.bank import mapping, reading
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, read, received

IBAN = "DE12500105170648489890"
OF_BANKS = {
    "soll and haben beside an empty amount, a balance below": f"""\
Umsätze Girokonto;;;Kundennummer: 1
01.03.2026 - 31.03.2026
Letzter Kontostand;;;;1.000,00;EUR
Buchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;IBAN / Kontonummer;Betrag;\
Anzahl der Schecks;Soll;Haben;Währung
15.03.2026;15.03.2026;"SEPA-Überweisung";Ash;Rechnung INV-1;{IBAN};;;;500,00;EUR
16.03.2026;16.03.2026;"Entgelt";;Kontoführung;;;;-25,00;;EUR
Kontostand;16.03.2026;;;1.475,00;EUR
""",
    "brackets behind the names": f"""Statut;Date de la valeur (UTC);Date de la valeur (local);\
Date de l'opération (UTC);Montant total (TTC);Débit;Crédit;Solde;Devise;Nom de la contrepartie;\
IBAN de la contrepartie;Référence
Exécuté;15-03-2026 09:00:00;15-03-2026 10:00:00;15-03-2026 09:00:00;500,00;;500,00;1475,00;EUR;\
Ash;{IBAN};INV-1
Exécuté;14-03-2026 09:00:00;14-03-2026 10:00:00;14-03-2026 09:00:00;-25,00;25,00;;975,00;EUR;\
Elm;;
""",
    "the currencies of other things besides": f"""\
Date started (UTC),Date completed (UTC),ID,Type,State,\
Description,Payer,Orig currency,Orig amount,Payment currency,Amount,Total amount,Fee,Fee currency,\
Balance,Beneficiary IBAN
2026-03-15,2026-03-15,a-1,TOPUP,COMPLETED,Money added from Ash INV-1,Ash,EUR,500.00,EUR,500.00,\
500.00,0.00,EUR,1475.00,{IBAN}
2026-03-14,2026-03-14,a-2,TRANSFER,COMPLETED,To Foo,,EUR,-25.00,EUR,-25.00,-25.00,0.00,EUR,975.00,
""",
    "numbered texts": f""""IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag",\
"Saldo na trn","Tegenrekening IBAN/BBAN","Naam tegenpartij","Code","Batch ID","Omschrijving-1",\
"Omschrijving-2"
"NL44RABO0123456789","EUR","RABONL2U","0101","2026-03-14","2026-03-14","-25,00","+975,00","",\
"Elm","ba","","Kosten"," "
"NL44RABO0123456789","EUR","RABONL2U","0102","2026-03-15","2026-03-15","+500,00","+1475,00",\
"{IBAN}","Ash","cb","","factuur","INV-1"
""",
    "a text by a name of its own": """Datum von:;01.03.2026
Konto:;CH3709000000123456789
Buchungsdatum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Valuta;Saldo in CHF
15.03.2026;"GUTSCHRIFT AUFTRAGGEBER: ASH MITTEILUNGEN: INV-1";500.00;;15.03.2026;1475.00
14.03.2026;"PREIS FÜR KONTOFÜHRUNG";;-25.00;14.03.2026;975.00
""",
    "texts in three columns": """Abschlussdatum;Buchungsdatum;Valutadatum;Währung;Belastung;\
Gutschrift;Saldo;Transaktions-Nr.;Beschreibung1;Beschreibung2;Beschreibung3
2026-03-15;2026-03-15;2026-03-15;CHF;;500.00;1475.00;TI1;Ash;Gutschrift;Grund: INV-1
2026-03-14;2026-03-14;2026-03-14;CHF;-25.00;;975.00;TI2;Preis;;
""",
    "a longer text beside a short one": """Data contabile;Data valuta;Descrizione;Accrediti;\
Addebiti;Descrizione estesa
15/03/2026;15/03/2026;BONIFICO;500,00;;ASH INV-1
14/03/2026;14/03/2026;COMMISSIONE;;-25,00;FEE
""",
    "messages": """Rekeningnummer;Munt;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;\
rekeningnummer tegenpartij;Naam tegenpartij;Adres tegenpartij;Vrije mededeling
BE12345678901234;EUR;15/03/2026;OVERSCHRIJVING;15/03/2026;500,00;1475,00;500,00;;\
BE68539007547034;Ash;Laan 12 9000 Gent;INV-1
BE12345678901234;EUR;14/03/2026;KOSTEN;14/03/2026;-25,00;975,00;;-25,00;;;;
""",
    "no names, with the balances before and after": """123456789\tEUR\t20260315\t975,00\t1475,00\t\
20260315\t500,00\tSEPA Overboeking Naam: ASH Omschrijving: INV-1
123456789\tEUR\t20260316\t1475,00\t1450,00\t20260316\t-25,00\tKosten
""",
    "our own account under a name that may be anybody's": """Bank Account,Date,Narrative,\
Debit Amount,Credit Amount,Balance,Categories,Serial
032000123456,15/03/2026,DEPOSIT ASH INV-1,,500.00,1475.00,DEP,
032000123456,14/03/2026,FEE,25.00,,975.00,FEE,
""",
}


@pytest.mark.parametrize("name", OF_BANKS)
def test_what_is_written_about_a_payment_is_read(name: str) -> None:
    statement = only(OF_BANKS[name].encode(), account="main")
    assert sorted(amounts(statement)) == ["-25.00", "500.00"]
    (came,) = statement.receipts
    assert "INV-1" in came.reference.split()
    assert came.payer in {"Ash", ""}
    assert came.payer_account in {IBAN, "BE68539007547034", ""}


def test_whose_the_money_and_the_accounts_are() -> None:
    told = {name: only(content.encode()) for name, content in OF_BANKS.items()}
    payers = {name for name, one in told.items() if one.receipts[0].payer == "Ash"}
    assert len(payers) == 5
    assert {one.account for one in told.values()} >= {
        "032000123456", "123456789", "NL44RABO0123456789", "BE12345678901234",
    }  # fmt: skip
    assert not told["our own account under a name that may be anybody's"].receipts[0].payer_account


def test_addresses_and_kinds_are_no_text() -> None:
    (came,) = only(OF_BANKS["messages"].encode()).receipts
    assert came.reference == "OVERSCHRIJVING INV-1"
    other = "the currencies of other things besides"
    assert only(OF_BANKS["texts in three columns"].encode()).receipts[0].bank_reference == "TI1"
    (came,) = only(OF_BANKS[other].encode()).receipts
    assert came.reference == "Money added from Ash INV-1"


def test_where_nothing_is_named_as_text_every_text_is_read() -> None:
    content = b"Date,Whatever,More,Amount\n2026-03-14,thanks a lot,INV1,5.00\n"
    assert only(content).receipts[0].reference == "thanks a lot INV1"
    beside = content.replace(b"Whatever", b"Text")
    assert only(beside).receipts[0].reference == "thanks a lot"
    long = beside.replace(b"INV1", b"for INV-1 of Ash")
    assert only(long).receipts[0].reference == "thanks a lot for INV-1 of Ash"


def test_a_balance_below_the_table_that_may_be_a_movement_is_refused() -> None:
    content = "Datum;Text;Betrag\n15.03.2026;INV-1;5,00\nKontostand;;5,00\n"
    with pytest.raises(BadStatement, match="'Kontostand' is no date"):
        read(content.encode())


ONE_OWNER = (
    "Bank Account,Date,Narrative,Amount\n{},2026-03-15,INV-1,5.00\n{},2026-03-16,INV-2,6.00\n"
)


def guessed(content: str, typed: str = "") -> Mapping:
    wishes = mapping.parse(typed)
    found = reading.guessed(content.encode(), wishes)
    assert found is not None
    return found.changed(wishes)


def test_one_account_of_money_in_alone_is_asked_about() -> None:
    content = ONE_OWNER.format("0320", "0320")
    with pytest.raises(BadStatement, match="Bank Account is one account on every line: say whose"):
        read(content.encode())
    ours = only(content.encode(), mapping=guessed(content, "account=Bank Account"))
    assert (ours.account, ours.receipts[0].payer_account) == ("0320", "")
    theirs = only(content.encode(), mapping=guessed(content, "payer_account=Bank Account"))
    assert theirs.receipts[0].payer_account == "0320"
    several = only(ONE_OWNER.format("0320", "0321").encode())
    assert several.receipts[1].payer_account == "0321"


NAMELESS = "Statement of Ash\nTag;Wofür;Wie viel\n15.03.2026;INV-1;5,50\n16.03.2026;x;-1,00\n"
BARE = "7\t20260315\t1,00\t5,00\tINV-1\n7\t20260316\t2,00\t-1,00\tx\n"


@pytest.mark.parametrize("typed", [
    "date=Tag,amount=Wie viel,currency=EUR", "date=1,amount=3,currency=EUR",
    "date=1,amount=3,reference=Wofür,currency=EUR",
])  # fmt: skip
def test_what_a_person_says_finds_the_table_where_the_names_do_not(typed: str) -> None:
    with pytest.raises(BadStatement, match="no known format"):
        read(NAMELESS.encode())
    found = guessed(NAMELESS, typed)
    assert (found.header, found.date_order, found.decimal) == (2, "DMY", ",")
    statement = only(NAMELESS.encode(), mapping=found, currency="EUR")
    assert received(statement) == ["5.50"]
    assert statement.receipts[0].reference == "INV-1"


def test_what_a_person_says_by_number_reads_a_table_without_names() -> None:
    with pytest.raises(BadStatement, match="no line names the columns, columns 3 and 4 hold"):
        read(BARE.encode())
    found = guessed(BARE, "date=2,amount=4,reference=5")
    assert received(only(BARE.encode(), mapping=found)) == ["5.00"]
    assert reading.guessed(BARE.encode(), known={found.fingerprint}) is not None
    with pytest.raises(BadStatement, match="no line names the columns"):
        guessed(BARE, "date=2")
    parted = guessed(BARE, "date=2,amount=4,delimiter=tab")
    assert parted.delimiter == "\t"
