"""Money that the bank converted, for invoices in another currency, in either ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.decided import decisions
from connector.disputed import cases
from connector.evidence import remittances
from connector.receiving import receipts
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.undoing import undo
from matching.facts.rules import Family
from providers.money import Money
from providers.receipts import Remittance, RemittanceLine
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.writing_back.test_applying import conserved

Opens = Callable[..., Firm]
NINETY = Decimal("0.9")
"""What a US dollar is worth in euros on the invoices."""


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    made = open_firm(ledger, modes=AUTOPILOT, currency="EUR")
    allow(made)
    return made


def allow(firm: Firm, *tolerances: dict[str, object], **matching: object) -> None:
    rules = policies.Policy.model_validate(
        {"matching": {"apply_by": list(Family), **matching}, "tolerances": tolerances}
    )
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")


def customer(firm: Firm, name: str = "Ash", currency: str = "USD") -> str:
    if firm.ledger == "xero":
        return firm.books.customer(name)
    made = firm.hand.create("Customer", {
        "DisplayName": name, "CurrencyRef": {"value": currency},
        "PrimaryEmailAddr": {"Address": f"pay@{name.lower()}.example"},
    })  # fmt: skip
    return str(made["Id"])


def owes(
    firm: Firm, who: str, number: str, amount: str, currency: str = "USD", rate: Decimal = NINETY
) -> str:
    """An invoice that the ledger holds at `rate` euros."""
    day = {"issued": firm.today - timedelta(days=20), "due": firm.today - timedelta(days=5)}
    if firm.ledger == "xero":
        made = firm.hand.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": who},
            "InvoiceNumber": number, "Date": day["issued"].isoformat(),
            "DueDate": day["due"].isoformat(), "CurrencyCode": currency,
            "CurrencyRate": 1 / rate, "LineAmountTypes": "NoTax",
            "LineItems": [{"Description": "Work", "Quantity": 1, "UnitAmount": Decimal(amount),
                           "AccountCode": "200"}],
        })  # fmt: skip
        return str(made["InvoiceID"])
    made = firm.hand.create("Invoice", {
        "CustomerRef": {"value": who}, "CurrencyRef": {"value": currency}, "DocNumber": number,
        "ExchangeRate": rate, "TxnDate": day["issued"].isoformat(),
        "DueDate": day["due"].isoformat(),
        "Line": [{"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail",
                  "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}],
    })  # fmt: skip
    return str(made["Id"])


def arrives(
    firm: Firm, came: str, text: str, *, sent: str = "", rate: str = "", unit: str = "USD",
    currency: str = "EUR", payer: str = "Ash",
) -> None:  # fmt: skip
    """A line of a CAMT.053 file; `sent` is in US dollars, and all is known to a sweep."""
    exchange = (
        f"<CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><UnitCcy>{unit}</UnitCcy>"
        f"<XchgRate>{rate}</XchgRate></CcyXchg>" if rate else ""
    )  # fmt: skip
    told = (
        f'<AmtDtls><InstdAmt><Amt Ccy="USD">{sent}</Amt>{exchange}</InstdAmt></AmtDtls>'
        if sent else ""
    )  # fmt: skip
    firm.pass_time(minutes=20)
    receipts.import_statement(firm.deps, firm.connection_id, (
        "<Document><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><IBAN>DE02</IBAN></Id>"
        f"<Ccy>{currency}</Ccy></Acct><Ntry><Amt Ccy=\"{currency}\">{came}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{firm.today}</Dt></BookgDt>"
        f"<AcctSvcrRef>{came}</AcctSvcrRef><NtryDtls><TxDtls>{told}<RltdPties><Dbtr><Nm>{payer}"
        f"</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls>"
        "</Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode(), by="tests")  # fmt: skip
    firm.sweep()


def balances(firm: Firm, *invoices: str) -> list[Decimal]:
    return [firm.books.balance(invoice) for invoice in invoices]


def payments(firm: Firm) -> list[tuple[Decimal, Decimal, Decimal]]:
    """(in the invoice's currency, in euros, euros for one US dollar) of each in the ledger."""
    if firm.ledger == "xero":
        return [
            (Decimal(str(p["Amount"])), Decimal(str(p["BankAmount"])),
             1 / Decimal(str(p["CurrencyRate"])))
            for p in firm.hand.all("Payments") if p["Status"] == "AUTHORISED"
        ]  # fmt: skip
    return [
        (p["TotalAmt"], p["HomeTotalAmt"], Decimal(str(p["ExchangeRate"])))
        for p in firm.hand.find("Payment") if p["TotalAmt"]
    ]  # fmt: skip


def recorded(firm: Firm) -> dict[str, Any]:
    """What is kept of the exchange with the only decision."""
    (decided,) = [entry for entry in firm.log("cash.decided") if entry.what["action"] == "apply"]
    assert decided.decision_id
    with firm.deps.reading() as tx:
        decision = decisions.find(tx, decided.decision_id)
    assert decision
    found: dict[str, Any] = decision.outcome["exchange"]
    return found


def notes(firm: Firm) -> str:
    if firm.ledger == "xero":
        kept = firm.world.store.all(firm.company, "history")
        return " ".join(row.get("Details", "") for doc in kept for row in doc["rows"])
    return " ".join(a.get("Note", "") for a in firm.hand.find("Attachable"))


@pytest.mark.either_ledger
def test_the_banks_rate_pays_the_invoice_in_its_own_currency_and_is_kept(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "920.00", "INV-1", sent="1000.00", rate="0.92")
    assert balances(firm, invoice) == [0]
    ((paid, came, rate),) = payments(firm)
    assert (paid, came, round(rate, 6)) == (1000, 920, Decimal("0.92"))
    kept = recorded(firm)
    assert (kept["rate"], kept["stated"]) == ("0.92 EUR for 1 USD", True)
    assert kept["difference"] == "EUR 20.00"
    assert kept["gains"][0]["number"] == "INV-1"
    assert "USD 1,000.00 of EUR 920.00" in notes(firm)
    assert "0.92 EUR for 1 USD" in notes(firm)
    assert firm.asked() == []
    conserved(firm)


@pytest.mark.either_ledger
def test_the_inverse_rate_means_the_same_and_a_loss_is_below_zero(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1234.56")
    arrives(firm, "1080.24", "INV-1", sent="1234.56", rate="1.14286", unit="EUR")
    assert balances(firm, invoice) == [0]
    ((paid, came, _),) = payments(firm)
    assert (paid, came) == (Decimal("1234.56"), Decimal("1080.24"))
    assert recorded(firm)["difference"] == "EUR -30.86"


def test_several_invoices_share_what_came_to_the_cent(firm: Firm) -> None:
    who = customer(firm)
    owed = [owes(firm, who, f"INV-{n}", amount) for n, amount in ((1, "333.33"), (2, "333.34"))]
    arrives(firm, "613.34", "INV-1 INV-2", sent="666.67", rate="0.92")
    assert balances(firm, *owed) == [0, 0]
    assert sum(paid for paid, _, _ in payments(firm)) == Decimal("666.67")
    assert sum(came for _, came, _ in payments(firm)) == Decimal("613.34")
    assert len(payments(firm)) == (2 if firm.ledger == "xero" else 1)
    conserved(firm)


def test_without_a_rate_a_person_sees_the_computed_one_and_the_difference(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "920.00", "INV-1")
    assert balances(firm, invoice) == [1000]
    (asked,) = firm.asked()
    told = f"{asked.summary} {asked.options[0]['text']}"
    assert "INV-1 is in USD, and EUR 920.00 came" in told
    assert "0.92 EUR for 1 USD, computed from what it pays" in told
    assert "holds INV-1 at 0.9: an exchange difference of EUR 20.00" in told
    firm.approve()
    assert balances(firm, invoice) == [0]
    ((paid, came, _),) = payments(firm)
    assert (paid, came) == (1000, 920)
    (entry,) = firm.log("cash.approved")
    assert entry.what["exchange"]["difference"] == "EUR 20.00"
    assert not entry.what["exchange"]["stated"]
    conserved(firm)


def test_a_charge_that_the_bank_kept_is_a_persons_to_see(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "905.00", "INV-1", sent="1000.00", rate="0.92")
    assert balances(firm, invoice) == [1000]
    (asked,) = firm.asked()
    assert "makes EUR 920.00, and EUR 905.00 came" in asked.summary
    firm.approve()
    assert balances(firm, invoice) == [0]
    assert [came for _, came, _ in payments(firm)] == [905]


@pytest.mark.parametrize(
    ("limits", "acts"),
    [({"EUR": "920.00"}, True), ({"EUR": "919.99"}, False), ({"USD": "999.99"}, False),
     ({"USD": "1000", "EUR": "1"}, True), ({"GBP": "1"}, True)],
)  # fmt: skip
def test_a_threshold_in_another_currency_holds_at_the_recorded_rate(
    firm: Firm, limits: dict[str, str], acts: bool
) -> None:
    allow(firm, apply_at_most=limits)
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "920.00", "INV-1", sent="1000.00", rate="0.92")
    assert balances(firm, invoice) == [0 if acts else 1000]
    assert acts or "above the limit" in firm.asked()[0].summary


def test_a_threshold_holds_for_money_of_the_invoices_currency_at_the_ledgers_rate(
    firm: Firm,
) -> None:
    allow(firm, apply_at_most={"EUR": "899.99"})
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "1000.00", "INV-1", currency="USD")
    assert balances(firm, invoice) == [1000]
    assert "EUR 900.00 at the recorded rate, is above the limit" in firm.asked()[0].summary


@pytest.mark.parametrize(("limit", "kind"), [("9.20", "booked"), ("9.19", "case")])
def test_a_tolerance_in_another_currency_holds_at_the_recorded_rate(
    firm: Firm, limit: str, kind: str
) -> None:
    account = firm.books.account("Bank Fees")
    allow(firm, {"account": account, "kinds": ["fee"], "at_most": {"EUR": limit}})
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "910.80", "INV-1 bank charges", sent="990.00", rate="0.92")
    assert balances(firm, invoice) == [0 if kind == "booked" else 10]
    with firm.deps.reading() as tx:
        found = [case.amount for case in cases.listed(tx, firm.connection_id)]
    assert found == ([] if kind == "booked" else [Money.of("10", "USD")])


def test_more_than_is_owed_is_left_to_a_person(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "929.20", "INV-1", sent="1010.00", rate="0.92")
    assert balances(firm, invoice) == [1000]
    assert "would stay unapplied" in firm.asked()[0].summary


def test_undone_all_of_the_banks_money_waits_for_a_person_again(firm: Firm) -> None:
    who = customer(firm)
    owed = [owes(firm, who, f"INV-{n}", "500.00") for n in (1, 2)]
    arrives(firm, "920.00", "INV-1 INV-2", sent="1000.00", rate="0.92")
    assert balances(firm, *owed) == [0, 0]
    (item,) = [it for it in firm.all_money() if it.kind == "bank"]
    assert item.left.amount == 0
    undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    firm.settle()
    firm.sweep()
    assert balances(firm, *owed) == [500, 500]
    assert firm.money("bank", item.id).left == Money.of("920", "EUR")
    assert payments(firm) == []


def test_an_advice_in_the_currency_sent_finds_its_money(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    amount, nothing = Money.of("1000", "USD"), Money.of("0", "USD")
    line = RemittanceLine("INV-1", amount, nothing, nothing, amount)
    with firm.deps.writing() as tx:
        remittances.keep(
            tx, firm.connection, [Remittance("Ash", "T-99871", firm.today, amount, (line,))],
            source=remittances.Source.FILE, by="tests", at=firm.deps.now(),
        )  # fmt: skip
    arrives(firm, "920.00", "T-99871", sent="1000.00", rate="0.92", payer="Somebody")
    assert balances(firm, invoice) == [0]


def test_money_in_neither_currency_of_the_books_is_entered_by_hand(firm: Firm) -> None:
    invoice = owes(firm, customer(firm), "INV-1", "1000.00")
    arrives(firm, "800.00", "INV-1", currency="GBP")
    (asked,) = firm.asked()
    with pytest.raises(CannotAnswer, match="the books are in EUR"):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert balances(firm, invoice) == [1000]
    assert payments(firm) == []


def test_what_was_sent_in_another_currency_pays_invoices_of_the_currency_that_came(
    firm: Firm,
) -> None:
    invoice = owes(firm, customer(firm, "Elm", "EUR"), "INV-1", "920.00", "EUR", Decimal(1))
    arrives(firm, "920.00", "INV-1", sent="1000.00", rate="0.92", payer="Elm")
    assert balances(firm, invoice) == [0]
    assert "exchange" not in str(firm.log("cash.decided"))
