"""Lists: filters, order, pages, and what has changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.providers.simulated.xero.stage import Stage, invoice, payment, read


@pytest.fixture
def three(stage: Stage) -> list[dict[str, Any]]:
    """Invoices of 10, 20 and 30, a second apart, to Ash, Birch and Cedar; 10 is paid by half."""
    made = []
    for amount, name in (("10.00", "Ash"), ("20.00", "Birch"), ("30.00", "Cedar")):
        stage.world.clock.advance(timedelta(seconds=1))
        contact = stage.contact(name)
        made.append(stage.put("Invoices", **invoice(contact, amount, Reference=f"PO {amount}")))
    stage.put("Payments", **payment(made[0]["InvoiceID"], "5.00"))
    return made


def totals(stage: Stage, **query: Any) -> list[int]:
    return [int(row["Total"]) for row in stage.rows("Invoices", **query)]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('Type=="ACCREC"', [10, 20, 30]),
        ('Type=="ACCPAY"', []),
        ('Status=="AUTHORISED" AND AmountDue>5', [20, 30]),
        ("AmountDue==5", [10]),
        ("AmountDue >= 5.00 && AmountDue < 30", [10, 20]),
        ("(Total==10 OR Total==30) AND AmountPaid==0", [30]),
        ("Total==10 || Total==30", [10, 30]),
        ("!(Total==10)", [20, 30]),
        ("Date >= DateTime(2026,10,1)", [10, 20, 30]),
        ("Date > DateTime(2026, 10, 01)", []),
        ('DueDate < DateTime.Parse("2026-11-01")', [10, 20, 30]),
        ('UpdatedDateUTC>=DateTime(2026,11,2,9,30,3)', [10, 30]),
        ('InvoiceNumber=="INV-0002"', [20]),
        ('Reference.StartsWith("PO 2")', [20]),
        ('Reference.Contains("30")', [30]),
        ('Reference.EndsWith("10.00")', [10]),
        ('Reference!=null&&Reference=="PO 10.00"', [10]),
        ("FullyPaidOnDate==null", [10, 20, 30]),
        ('Contact.Name=="Birch"', [20]),
        ("SentToContact==false", [10, 20, 30]),
        ("SentToContact", []),
    ],
)  # fmt: skip
def test_where_filters(
    stage: Stage, three: list[dict[str, Any]], where: str, expected: list[int]
) -> None:
    assert sorted(totals(stage, where=where)) == expected


def test_where_finds_the_documents_of_a_contact(stage: Stage, three: list[dict[str, Any]]) -> None:
    id_ = three[1]["Contact"]["ContactID"]
    assert totals(stage, where=f'Contact.ContactID==guid("{id_}")') == [20]
    paid = three[0]["InvoiceID"]
    assert len(stage.rows("Payments", where=f'Invoice.InvoiceID==Guid("{paid}")')) == 1
    assert len(stage.rows("Payments", where='Invoice.InvoiceNumber=="INV-0001"')) == 1
    assert stage.rows("Payments", where='Account.Code=="200"') == []


@pytest.mark.parametrize(
    "where", ["Colour==1", "Total==", "Total==10 AND", "(Total==10", "Total ~ 10", "DateTime(1,2)"]
)
def test_an_unreadable_filter_is_a_400(stage: Stage, where: str) -> None:
    answer = stage.call("GET", "Invoices", where=where)
    assert answer.status_code == 400
    assert read(answer)["Type"] == "QueryParseException"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Total DESC", [30, 20, 10]),
        ("Total", [10, 20, 30]),
        ("UpdatedDateUTC ASC", [20, 10, 30]),
        ("AmountPaid DESC, Total DESC", [10, 30, 20]),
        ("Contact.Name DESC", [30, 20, 10]),
    ],
)
def test_order_sorts(
    stage: Stage, three: list[dict[str, Any]], order: str, expected: list[int]
) -> None:
    found = totals(stage, order=order)
    if order == "UpdatedDateUTC ASC":
        assert (found[0], sorted(found[1:])) == (20, [10, 30])
    else:
        assert found == expected


def test_named_documents_are_found_by_lists_of_names(
    stage: Stage, three: list[dict[str, Any]]
) -> None:
    ids = ",".join(row["InvoiceID"] for row in three[:2])
    assert totals(stage, IDs=ids) == [10, 20]
    assert totals(stage, InvoiceNumbers="INV-0003,INV-0001") == [30, 10]
    assert totals(stage, ContactIDs=three[2]["Contact"]["ContactID"]) == [30]
    assert totals(stage, Statuses="PAID,VOIDED") == []
    assert totals(stage, Statuses="AUTHORISED", searchTerm="birch") == [20]


def test_pages_are_counted(stage: Stage, three: list[dict[str, Any]]) -> None:
    answer = read(stage.call("GET", "Invoices", page="2", pageSize="2", order="Total"))
    assert answer["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 2, "itemCount": 3}
    assert [row["Total"] for row in answer["Invoices"]] == [30]
    first = read(stage.call("GET", "Invoices", page="1", pageSize="5000"))
    assert first["pagination"]["pageSize"] == 1000
    assert stage.call("GET", "Invoices", page="0").status_code == 400


def test_only_pages_and_single_reads_are_full(stage: Stage, three: list[dict[str, Any]]) -> None:
    thin = stage.rows("Invoices", order="Total")[0]
    full = stage.rows("Invoices", order="Total", page="1")[0]
    assert (thin["LineItems"], thin["Payments"]) == ([], [])
    assert (len(full["LineItems"]), len(full["Payments"])) == (1, 1)
    summary = stage.rows("Invoices", order="Total", page="1", summaryOnly="true")[0]
    assert (summary["LineItems"], summary["AmountDue"]) == ([], 5)


def test_modified_since_is_exact_to_the_second(stage: Stage, three: list[dict[str, Any]]) -> None:
    def since(moment: str) -> list[int]:
        answer = stage.call("GET", "Invoices", headers={"If-Modified-Since": moment})
        return sorted(int(row["Total"]) for row in read(answer)["Invoices"])

    assert since("2026-11-02T09:30:03") == [10, 30]
    assert since("2026-11-02T09:30:02Z") == [10, 20, 30]
    assert since("2026-11-02T22:30:03+13:00") == [10, 30]
    assert since("Mon, 02 Nov 2026 09:30:04 GMT") == []
    answer = stage.call("GET", "Invoices", headers={"If-Modified-Since": "yesterday"})
    assert answer.status_code == 412


def test_a_list_can_be_narrowed_to_what_the_app_itself_made(
    stage: Stage, three: list[dict[str, Any]]
) -> None:
    contact = three[0]["Contact"]["ContactID"]
    stage.xero.act(stage.tenant, "Mia").create("Invoices", invoice(contact, "77.00"))
    assert sorted(totals(stage, createdByMyApp="True")) == [10, 20, 30]
    assert sorted(totals(stage)) == [10, 20, 30, 77]


def test_accounts_can_be_filtered(stage: Stage) -> None:
    rows = stage.rows("Accounts", where='Type=="BANK" OR EnablePaymentsToAccount==true')
    codes = {row["Code"] for row in rows}
    assert {"090", "091", "850"} <= codes
    assert not codes & {"200", "610"}
    later = stage.call("GET", "Accounts", headers={"If-Modified-Since": "2026-11-02T09:30:01"})
    assert read(later)["Accounts"] == []
    assert {row["CurrencyCode"] for row in rows if row["Type"] == "BANK"} >= {"NZD", "USD"}
