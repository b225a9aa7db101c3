from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from providers.simulated.quickbooks.refusals import Refusal
from tests.providers.simulated.quickbooks.place import Place, invoice_body, paying


def ids(answer: dict[str, Any], entity: str = "Invoice") -> list[str]:
    return [row["Id"] for row in answer.get(entity, [])]


@pytest.fixture
def books(connected: Place) -> Place:
    """Customers 1 to 3; invoices 1 to 5, of which 5 is paid."""
    for name in ("Ann", "Bea", "Cy's"):
        connected.customer(name)
    for number, customer in enumerate("11232", 1):
        connected.clock.advance(timedelta(minutes=1))
        body = {"TxnDate": f"2026-11-0{number}", "DueDate": f"2026-12-0{6 - number}"}
        connected.invoice(customer, f"{number}00.50", **body)
    connected.hand.create("Payment", paying("2", "500.50", i5="500.50"))
    return connected


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", ["5", "4", "3", "2", "1"]),
        ("WHERE Id = '2'", ["2"]),
        ("WHERE Id IN ('3','1','99') ORDERBY Id", ["1", "3"]),
        ("WHERE CustomerRef = '1' ORDERBY Id DESC", ["2", "1"]),
        ("WHERE CustomerRef IN ('1', '3') ORDERBY Id", ["1", "2", "4"]),
        ("WHERE Balance > '0' ORDERBY Id", ["1", "2", "3", "4"]),
        ("WHERE Balance > '150' ORDERBY Id", ["2", "3", "4"]),
        ("WHERE Balance = '0'", ["5"]),
        ("WHERE Balance <= '100.50' ORDERBY Id", ["1", "5"]),
        ("WHERE TotalAmt < '200.50'", ["1"]),
        ("WHERE TotalAmt >= '400.5' ORDERBY TotalAmt DESC", ["5", "4"]),
        ("WHERE DocNumber = '1003'", ["3"]),
        ("WHERE DocNumber LIKE '%3'", ["3"]),
        ("WHERE DocNumber LIKE '1%' ORDERBY DueDate", ["5", "4", "3", "2", "1"]),
        ("WHERE DueDate < '2026-12-03' ORDERBY Id", ["4", "5"]),
        ("WHERE DueDate < CURRENT_DATE", []),
        ("WHERE TxnDate >= '2026-11-04' AND Balance > '0'", ["4"]),
        ("WHERE customerref = '2' and balance > '0'", ["3"]),
        ("WHERE MetaData.LastUpdatedTime > '2026-11-20T12:03:00-08:00' ORDERBY Id", ["4", "5"]),
        ("WHERE MetaData.LastUpdatedTime >= '2026-11-20T20:04:00Z' ORDERBY Id", ["4", "5"]),
        ("WHERE MetaData.CreateTime < '2026-11-20T12:02:00' ORDERBY Id", ["1"]),
        ("WHERE MetaData.LastUpdatedTime > '2026-11-21'", []),
        ("WHERE Id IN ('2', '4') ORDERBY MetaData.CreateTime DESC", ["4", "2"]),
        ("WHERE SalesTermRef = '3'", []),
    ],
)
def test_conditions_and_orders(books: Place, where: str, found: list[str]) -> None:
    assert ids(books.query(" ".join(("SELECT * FROM Invoice", where)))) == found


def test_lists_come_by_full_name_and_transactions_by_last_change(books: Place) -> None:
    books.customer("Aa", ParentRef={"value": "2"})
    assert ids(books.query("SELECT * FROM Customer"), "Customer") == ["1", "2", "4", "3"]
    books.clock.advance(timedelta(minutes=5))
    books.hand.update("Invoice", {"Id": "2", "PrivateNote": "x"})
    assert ids(books.query("SELECT * FROM Invoice"))[0] == "2"


def test_a_page_holds_what_was_asked_and_says_so(books: Place) -> None:
    page = books.query("SELECT * FROM Invoice ORDERBY Id STARTPOSITION 2 MAXRESULTS 2")
    assert (ids(page), page["startPosition"], page["maxResults"]) == (["2", "3"], 2, 2)
    assert books.query("SELECT * FROM Invoice STARTPOSITION 6") == {}
    assert "totalCount" not in page


def test_paging_sees_what_changed_between_two_pages(books: Place) -> None:
    text = "SELECT * FROM Invoice WHERE Balance > '0' ORDERBY Id STARTPOSITION {} MAXRESULTS 2"
    assert ids(books.query(text.format(1))) == ["1", "2"]
    books.hand.create("Payment", paying("1", "100.50", i1="100.50"))
    assert ids(books.query(text.format(3))) == ["4"]


def test_a_hundred_rows_come_when_no_number_is_asked_for(books: Place) -> None:
    for _ in range(100):
        books.invoice("1")
    assert len(ids(books.query("SELECT * FROM Invoice"))) == 100
    assert len(ids(books.query("SELECT * FROM Invoice MAXRESULTS 1000"))) == 105


def test_counting_gives_the_number_and_nothing_else(books: Place) -> None:
    assert books.query("SELECT COUNT(*) FROM Invoice WHERE Balance > '0'") == {"totalCount": 4}
    assert books.query("SELECT COUNT(*) FROM Invoice WHERE Id = '99'") == {"totalCount": 0}


def test_names_and_values_are_compared_without_regard_to_case(books: Place) -> None:
    found = books.query(r"select * from customer where displayname = 'CY\'S'")
    assert ids(found, "Customer") == ["3"]


def test_attachments_are_found_by_what_they_hang_on(books: Place) -> None:
    for invoice in "121":
        ref = {"EntityRef": {"type": "Invoice", "value": invoice}}
        books.hand.create("Attachable", {"Note": f"On {invoice}", "AttachableRef": [ref]})
    text = "SELECT * FROM Attachable WHERE AttachableRef.EntityRef.Type = '{}'{}"
    rows = books.query(text.format("invoice", " AND AttachableRef.EntityRef.value = '1'"))
    assert [row["Note"] for row in rows["Attachable"]] == ["On 1", "On 1"]
    assert len(books.query(text.format("Invoice", ""))["Attachable"]) == 3
    found = books.query("SELECT * FROM Attachable WHERE Note LIKE '%2'")
    assert [row["Note"] for row in found["Attachable"]] == ["On 2"]


@pytest.mark.parametrize(
    ("_case", "text", "detail"),
    [
        ("unknown entity", "SELECT * FROM Custmoer", "invalid context declaration: Custmoer"),
        ("not to be asked", "SELECT * FROM Payment WHERE UnappliedAmt > '0'", "UnappliedAmt"),
        ("unknown", "SELECT * FROM Invoice WHERE Colour = 'red'", "Colour"),
        ("unknown order", "SELECT * FROM Invoice ORDERBY Colour", "Colour"),
        ("Id is not compared", "SELECT * FROM Invoice WHERE Id > '3'", "Id"),
        ("a list of nothing", "SELECT * FROM Invoice WHERE Colour LIKE 'r%'", "Colour"),
        ("no moment", "SELECT * FROM Invoice WHERE MetaData.CreateTime > 'soon'", "soon"),
    ],
)
def test_a_question_without_sense_is_refused(
    books: Place, _case: str, text: str, detail: str
) -> None:
    answer = books.call("POST", "query", text, headers={"Content-Type": "application/text"})
    assert answer.status_code == 400
    error = json.loads(answer.data)["Fault"]["Error"][0]
    assert (error["code"], error["Message"]) == ("4001", "Invalid query")
    assert "QueryValidationError" in error["Detail"]
    assert detail in error["Detail"]


def test_a_query_may_be_posted_as_text(books: Place) -> None:
    answer = books.call("POST", "query", "select * from Invoice where Id = '2'")
    assert ids(json.loads(answer.data)["QueryResponse"]) == ["2"]
    assert books.call("POST", "query").status_code == 400


def test_ids_and_customers_together_find_only_what_fits_both(books: Place) -> None:
    text = "SELECT * FROM Invoice WHERE CustomerRef = '1' AND Id IN ('1', '3')"
    assert ids(books.query(text)) == ["1"]


def test_deleted_records_are_never_found(books: Place) -> None:
    books.hand.delete("Invoice", "1")
    for where in ("", "WHERE Id = '1'", "WHERE MetaData.LastUpdatedTime > '2026-01-01'"):
        assert "1" not in ids(books.query(" ".join(("SELECT * FROM Invoice", where))))


def test_a_refused_write_leaves_no_trace_in_any_question(books: Place) -> None:
    link = [{"TxnId": "1", "TxnType": "Invoice"}]

    def invoice_and_no_payment() -> None:
        with books.quickbooks.book(books.realm).transaction():
            books.hand.create("Invoice", invoice_body("1", "7"))
            books.hand.create("Payment", paying("1", "1") | {"Line": [{"LinkedTxn": link}]})

    with pytest.raises(Refusal):
        invoice_and_no_payment()
    assert ids(books.query("SELECT * FROM Invoice WHERE CustomerRef = '1'")) == ["2", "1"]
    assert books.query("SELECT * FROM Invoice WHERE DocNumber = '1006'") == {}
    assert books.get("customer/1")["Balance"] == 301
