from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from providers.documents import Aged
from providers.errors import Reconnect, Refused, TryLater
from providers.exact import Doc
from providers.ledger import Batch, Customer, Gone, Invoice, Kind, Payment
from providers.money import Money
from providers.organisation import Organisation
from providers.postal import PostalAddress
from providers.quickbooks.reader import QuickBooksReader
from tests.providers.quickbooks.wire import REALM, TIME, Reply, Seen, Token, Wire, fixture, http

NOW = "2026-11-20T14:03:22+00:00"
NOT_FOUND = {"Fault": {"Error": [{"Message": "Object Not Found", "code": "610"}]}}


def reader(wire: Wire) -> QuickBooksReader:
    return QuickBooksReader(wire.vendor, http(), Token(), REALM)


def changed(**entities: Sequence[Doc]) -> Reply:
    parts = [{entity: list(rows)} if rows else {} for entity, rows in entities.items()]
    return Reply({"CDCResponse": [{"QueryResponse": parts}], "time": TIME})


def invoices(count: int, first: int = 1) -> list[Doc]:
    one = fixture("invoice")
    return [one | {"Id": str(number)} for number in range(first, first + count)]


def ids(batches: Sequence[Batch]) -> list[str]:
    return [record.id for batch in batches for record in batch.records]


def test_an_organisation_is_read_in_three_calls(wire: Wire) -> None:
    wire.reply(Reply(fixture("company_info")), Reply(fixture("preferences")),
               wire.rows("Account", {"Id": "4", "Name": "Undeposited Funds"}))  # fmt: skip
    assert reader(wire).organisation() == Organisation(
        id=REALM, name="Tidewater Supply", currency="USD", time_zone="America/Los_Angeles",
        country="US", locked_until=date(2026, 9, 30), deposit_account="4",
        legal_name="Tidewater Supply LLC",
        address=PostalAddress((), city="Portland", region="OR", country="US"),
    )  # fmt: skip
    assert [seen.path.rsplit("/v3/company/")[1] for seen in wire.seen] == [
        f"{REALM}/companyinfo/{REALM}", f"{REALM}/preferences", f"{REALM}/query",
    ]  # fmt: skip


@pytest.mark.parametrize(("company", "country", "zone"), [
    ({"Country": "CA"}, "CA", "America/Toronto"),
    ({"CompanyAddr": {"Country": "GBR"}}, "GB", "Europe/London"),
    ({"Country": "AU", "DefaultTimeZone": "Nowhere/Land"}, "AU", "Australia/Sydney"),
    ({"Country": "AU", "DefaultTimeZone": "../../etc/passwd"}, "AU", "Australia/Sydney"),
    ({"Country": "Atlantis"}, "", "UTC"),
    ({"Country": "US", "DefaultTimeZone": "America/Denver"}, "US", "America/Denver"),
])  # fmt: skip
def test_the_zone_is_the_companys_or_else_its_countrys(
    wire: Wire, company: Doc, country: str, zone: str
) -> None:
    preferences = {"Preferences": {"CurrencyPrefs": {"HomeCurrency": "GBP"}}}
    wire.reply(Reply({"CompanyInfo": company}), Reply(preferences), wire.rows("Account"))
    told = reader(wire).organisation()
    assert (told.country, told.time_zone, told.currency) == (country, zone, "GBP")
    assert (told.deposit_account, told.locked_until) == ("", None)


def test_a_company_without_a_currency_is_refused(wire: Wire) -> None:
    wire.reply(Reply({"CompanyInfo": {}}), Reply({"Preferences": {}}), wire.rows("Account"))
    with pytest.raises(Refused, match="home currency"):
        reader(wire).organisation()


def test_records_come_in_the_order_asked_and_missing_ones_are_gone(wire: Wire) -> None:
    wire.reply(wire.rows("Invoice", *invoices(1, 146), *invoices(1, 145)))
    found = reader(wire).fetch(Kind.INVOICE, ["145", "9", "146"])
    assert [type(record) for record in found] == [Invoice, Gone, Invoice]
    assert [record.id for record in found] == ["145", "9", "146"]
    assert wire.seen[0].params["query"] == (
        "SELECT * FROM Invoice WHERE Id IN ('145','9','146') STARTPOSITION 1 MAXRESULTS 1000"
    )


def test_many_ids_are_one_call_for_every_two_hundred(wire: Wire) -> None:
    wire.route = lambda _seen: wire.rows("Invoice")
    assert len(reader(wire).fetch(Kind.INVOICE, [str(n) for n in range(401)])) == 401
    assert len(wire.seen) == 3


def test_inactive_customers_are_found_too(wire: Wire) -> None:
    wire.reply(wire.rows("Customer", fixture("customer")))
    (customer,) = reader(wire).fetch(Kind.CUSTOMER, ["58"])
    assert isinstance(customer, Customer)
    assert "AND Active IN (true,false)" in wire.seen[0].params["query"]


def test_the_home_currency_is_asked_for_once_and_only_if_needed(wire: Wire) -> None:
    bare = [row | {"CurrencyRef": None} for row in invoices(3)]
    wire.reply(wire.rows("Invoice", *invoices(1)), wire.rows("Invoice", *bare),
               Reply(fixture("preferences")))  # fmt: skip
    reads = reader(wire)
    reads.fetch(Kind.INVOICE, ["1"])
    assert len(wire.seen) == 1
    assert len(reads.fetch(Kind.INVOICE, ["1", "2", "3"])) == 3
    assert len(wire.seen) == 3


def test_a_book_holds_all_that_is_open(wire: Wire) -> None:
    spent = fixture("payment") | {"Id": "170", "UnappliedAmt": 0}
    wire.reply(wire.rows("Customer", fixture("customer")), wire.rows("Invoice", fixture("invoice")),
               wire.rows("CreditMemo", fixture("credit_memo")),
               wire.rows("Payment", fixture("payment"), spent))  # fmt: skip
    batches = list(reader(wire).book())
    assert ids(batches) == ["58", "145", "160", "171"]
    assert {batch.mark for batch in batches} == {NOW}
    asked = [seen.params["query"] for seen in wire.seen]
    assert "Active IN (true,false) ORDERBY Id" in asked[0]
    assert "Balance > '0' ORDERBY Id" in asked[1]
    assert "MetaData.LastUpdatedTime >= '2025-10-16T14:03:22+00:00'" in asked[3]


def test_pages_overlap_and_show_every_row_once(wire: Wire) -> None:
    rows = invoices(2500)

    def page(seen: Seen) -> Reply:
        if "FROM Invoice" not in seen.params["query"]:
            return wire.rows("Other")
        words = seen.params["query"].split()
        start = int(words[words.index("STARTPOSITION") + 1]) - 1
        return wire.rows("Invoice", *rows[start : start + 1000])

    wire.route = page
    assert ids(list(reader(wire).book())) == [str(number) for number in range(1, 2501)]


def test_rows_that_move_up_between_pages_are_not_skipped(wire: Wire) -> None:
    rows = invoices(1500)

    def page(seen: Seen) -> Reply:
        words = seen.params["query"].split()
        start = int(words[words.index("STARTPOSITION") + 1]) - 1
        if "FROM Invoice" not in seen.params["query"]:
            return wire.rows("Other")
        answer = wire.rows("Invoice", *rows[start : start + 1000])
        if len(rows) == 1500:
            del rows[:300]
        return answer

    wire.route = page
    found = ids(list(reader(wire).book()))
    assert sorted(found, key=int) == [str(number) for number in range(1, 1501)]
    assert len(found) == len(set(found))


def test_changes_are_one_call_from_ten_minutes_before_the_mark(wire: Wire) -> None:
    wire.reply(changed(Customer=[], Invoice=[fixture("invoice")],
                       Payment=[fixture("payment"), fixture("payment_deleted")],
                       CreditMemo=[]))  # fmt: skip
    (batch,) = reader(wire).changes("2026-11-20T13:00:00+00:00")
    assert [type(record) for record in batch.records] == [Invoice, Payment, Gone]
    assert batch.mark == NOW
    assert wire.seen[0].params["changedSince"] == "2026-11-20T12:50:00+00:00"
    assert wire.seen[0].params["entities"] == "Customer,Invoice,Payment,CreditMemo"


def test_a_full_answer_is_asked_again_kind_by_kind(wire: Wire) -> None:
    def answer(seen: Seen) -> Reply:
        match seen.params.get("entities"):
            case "Invoice":
                return changed(Invoice=invoices(600))
            case "Payment":
                return changed(Payment=[fixture("payment") | {"Id": "9171"}])
            case "Customer" | "CreditMemo":
                return changed()
            case _:
                return changed(Invoice=invoices(600), Payment=[fixture("payment")] * 400)

    wire.route = answer
    mark = "2026-11-20T13:00:00+00:00"
    batches = list(reader(wire).changes(mark))
    assert len(wire.seen) == 5
    assert len(set(ids(batches))) == 601
    assert [batch.mark for batch in batches] == [mark] * 4 + [NOW]


def test_a_kind_that_is_full_by_itself_is_read_page_by_page(wire: Wire) -> None:
    gone = fixture("payment_deleted") | {"Id": "7777"}

    def answer(seen: Seen) -> Reply:
        if seen.path.endswith("/cdc"):
            full = "Invoice" in seen.params["entities"]
            return changed(Invoice=[*invoices(999), gone] if full else [])
        start = 980 if "STARTPOSITION 981" in seen.params["query"] else 0
        return wire.rows("Invoice", *invoices(1400)[start : start + 1000])

    wire.route = answer
    batches = list(reader(wire).changes("2026-11-20T13:00:00+00:00"))
    assert set(ids(batches)) == {str(number) for number in range(1, 1401)} | {"7777"}
    assert batches[-1].mark == NOW
    asked = [seen.params["query"] for seen in wire.seen if "query" in seen.params]
    assert "MetaData.LastUpdatedTime >= '2026-11-20T12:50:00+00:00' ORDERBY" in asked[0]


@pytest.mark.parametrize("refused", [True, False])
def test_beyond_the_look_back_the_whole_book_is_read(wire: Wire, refused: bool) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.path.endswith("/cdc"):
            fault = {"Fault": {"Error": [{"Message": "too old", "code": "2040"}]}}
            return Reply(fault, 400) if refused else changed(Invoice=invoices(1))
        return wire.rows("Customer", fixture("customer")) if "FROM Customer" in str(
            seen.params) else wire.rows("Other")  # fmt: skip

    wire.route = answer
    batches = list(reader(wire).changes("2026-10-01T00:00:00+00:00"))
    assert ids(batches) == ["58"]
    assert batches[-1].mark == NOW


def test_a_refusal_of_recent_changes_is_not_hidden(wire: Wire) -> None:
    wire.reply(Reply({"Fault": {"Error": [{"Message": "no", "code": "4001"}]}}, 400))
    with pytest.raises(Refused):
        list(reader(wire).changes("2026-11-20T13:00:00+00:00"))


def test_a_fault_within_the_changes_is_a_fault(wire: Wire) -> None:
    part = {"Fault": {"Error": [{"Message": "AuthorizationFailure", "code": "120"}]}}
    wire.reply(Reply({"CDCResponse": [{"QueryResponse": [part]}], "time": TIME}))
    with pytest.raises(Reconnect):
        list(reader(wire).changes("2026-11-20T13:00:00+00:00"))


def test_nothing_changes_unannounced(wire: Wire) -> None:
    assert list(reader(wire).unannounced(NOW)) == []
    assert wire.seen == []


def test_aged_receivables_are_one_call_with_sub_customers_apart(wire: Wire) -> None:
    wire.reply(Reply(fixture("aged_receivables")), Reply(fixture("aged_receivables")))
    asked = reader(wire).aged(date(2026, 11, 20), ["71", "58", "99"])
    assert asked == [Aged("71", Money.of("500", "USD")), Aged("58", Money.of("1210.15", "USD")),
                     Aged("99", Money.zero("USD"))]  # fmt: skip
    assert wire.seen[0].params["customer"] == "71,58,99"
    assert wire.seen[0].params["report_date"] == "2026-11-20"
    everybody = reader(wire).aged(date(2026, 11, 20), [])
    assert {aged.customer_id: aged.owed.amount for aged in everybody} == {
        "58": Decimal("1210.15"), "70": Decimal(25), "71": Decimal(500),
    }  # fmt: skip
    assert "customer" not in wire.seen[1].params


@pytest.mark.parametrize("report", [
    {}, {"Rows": {}},
    {"Header": {"Currency": "USD"}, "Rows": {"Row": [{"ColData": [{"id": "x"}]}]}},
])  # fmt: skip
def test_a_report_that_cannot_be_read_is_refused(wire: Wire, report: Doc) -> None:
    wire.reply(Reply(report))
    with pytest.raises(Refused, match="aged receivables"):
        reader(wire).aged(date(2026, 11, 20), [])


def test_a_pay_link_is_there_or_empty(wire: Wire) -> None:
    wire.reply(Reply({"Invoice": {"Id": "145", "InvoiceLink": "https://pay.example/145"}}),
               Reply({"Invoice": {"Id": "145"}}), Reply(NOT_FOUND, 400))  # fmt: skip
    links = [reader(wire).pay_link("145") for _ in range(3)]
    assert links == ["https://pay.example/145", "", ""]
    assert wire.seen[0].params["include"] == "invoiceLink"


def test_a_pay_link_that_is_refused_for_another_reason_is_not_hidden(wire: Wire) -> None:
    wire.reply(Reply({"Fault": {"Error": [{"Message": "no", "code": "2030"}]}}, 400))
    with pytest.raises(Refused):
        reader(wire).pay_link("1.5")


def test_a_copy_is_the_pdf_or_nothing(wire: Wire) -> None:
    wire.reply(Reply(b"%PDF-1.4 ..."), Reply(NOT_FOUND, 400), Reply({"Invoice": {"Id": "145"}}))
    assert [reader(wire).copy_of("145") for _ in range(2)] == [b"%PDF-1.4 ...", b""]
    with pytest.raises(TryLater, match="no PDF"):
        reader(wire).copy_of("145")
    asked = wire.seen[0]
    assert asked.path.endswith("/invoice/145/pdf")
    assert asked.headers["accept"] == "application/pdf"


def test_a_ledger_without_a_clock_is_asked_again_later(wire: Wire) -> None:
    wire.reply(Reply({"CDCResponse": []}, headers={"Date": "never"}))
    with pytest.raises(TryLater):
        list(reader(wire).changes("2026-11-20T13:00:00+00:00"))
