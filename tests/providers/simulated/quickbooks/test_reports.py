from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from providers.simulated.quickbooks.reports import bucket
from tests.providers.simulated.quickbooks.place import Place, build, invoice_body, paying

ACCOUNT_LINE = "JournalEntryLineDetail"


def report(place: Place, name: str = "AgedReceivables", **asked: str) -> dict[str, Any]:
    answer = place.call("GET", f"reports/{name}", query_string=asked)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = json.loads(answer.data)
    return read


def rows(found: dict[str, Any]) -> dict[str, list[str]]:
    """The values of each row by the id of its customer, TOTAL for the last."""
    shown = {}
    for row in found["Rows"].get("Row", []):
        data = row.get("ColData") or row["Summary"]["ColData"]
        shown[data[0].get("id") or data[0]["value"]] = [one["value"] for one in data[1:]]
    return shown


@pytest.mark.parametrize(
    ("due", "place"),
    [
        (date(2026, 12, 1), 0), (date(2026, 11, 20), 0), (date(2026, 11, 19), 1),
        (date(2026, 10, 21), 1), (date(2026, 10, 20), 2), (date(2026, 9, 21), 2),
        (date(2026, 9, 20), 3), (date(2026, 8, 22), 3), (date(2026, 8, 21), 4),
        (date(2020, 1, 1), 4),
    ],
)  # fmt: skip
def test_what_is_late_stands_under_the_thirty_days_it_is_late_by(due: date, place: int) -> None:
    assert bucket(date(2026, 11, 20), due) == place


def test_the_summary_has_a_row_for_each_customer_and_a_total(connected: Place) -> None:
    ann, bea = connected.customer("Ann"), connected.customer("Bea")
    connected.customer("Cy")
    connected.invoice(ann, "100", DueDate="2026-12-01")
    connected.invoice(ann, "37.50", TxnDate="2026-06-01", DueDate="2026-07-01")
    connected.invoice(bea, "50", TxnDate="2026-10-01", DueDate="2026-11-01")
    connected.hand.create("Payment", paying(bea, "20") | {"TxnDate": "2026-11-10"})
    found = report(connected)
    assert found["Header"]["ReportName"] == "AgedReceivables"
    assert found["Header"]["Currency"] == "USD"
    assert {"Name": "report_date", "Value": "2026-11-20"} in found["Header"]["Option"]
    assert [one["ColTitle"] for one in found["Columns"]["Column"]] == [
        "", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total",
    ]  # fmt: skip
    assert rows(found) == {
        ann: ["100.00", "", "", "", "37.50", "137.50"],
        bea: ["", "30.00", "", "", "", "30.00"],
        "TOTAL": ["100.00", "30.00", "0.00", "0.00", "37.50", "167.50"],
    }
    assert found["Rows"]["Row"][-1]["group"] == "GrandTotal"


def test_a_report_can_be_asked_for_some_customers(connected: Place) -> None:
    ann, bea, cy = (connected.customer(name) for name in ("Ann", "Bea", "Cy"))
    for customer in (ann, bea, cy):
        connected.invoice(customer, "10")
    assert list(rows(report(connected, customer=f"{ann},{cy}"))) == [ann, cy, "TOTAL"]


def test_a_past_day_shows_what_was_open_then(connected: Place) -> None:
    customer = connected.customer()
    old = connected.invoice(customer, "100", TxnDate="2026-10-01", DueDate="2026-10-15")
    new = connected.invoice(customer, "30", TxnDate="2026-11-15")
    connected.hand.create(
        "Payment", paying(customer, "60", **{f"i{old}": "60"}) | {"TxnDate": "2026-11-10"}
    )
    early = paying(customer, "30", **{f"i{new}": "30"}) | {"TxnDate": "2026-11-01"}
    connected.hand.create("Payment", early)
    totals = {
        day: rows(report(connected, report_date=day)).get("TOTAL", ["none"])[-1]
        for day in ("2026-09-30", "2026-10-20", "2026-11-05", "2026-11-12", "2026-11-20")
    }
    assert totals == {
        "2026-09-30": "none", "2026-10-20": "100.00", "2026-11-05": "70.00",
        "2026-11-12": "10.00", "2026-11-20": "40.00",
    }  # fmt: skip


def test_a_past_day_knows_of_credits_that_were_used_later(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer, "100", TxnDate="2026-11-01", DueDate="2026-11-01")
    credit = connected.hand.create(
        "CreditMemo", invoice_body(customer, "25") | {"TxnDate": "2026-11-02"}
    )
    lines = [
        {"Amount": "25", "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]}
        for kind, id_ in (("Invoice", invoice), ("CreditMemo", credit["Id"]))
    ]
    connected.hand.create("Payment", paying(customer, "0") | {"Line": lines})
    for day in ("2026-11-05", "2026-11-20"):
        assert rows(report(connected, report_date=day))["TOTAL"][-1] == "75.00"


def test_jobs_stand_below_their_parent_with_a_sum(connected: Place) -> None:
    parent = connected.customer("Freeman")
    job = connected.customer("Lane", ParentRef={"value": parent})
    connected.invoice(job, "85")
    connected.invoice(parent, "15")
    section = report(connected)["Rows"]["Row"][0]
    assert section["type"] == "Section"
    assert section["Header"]["ColData"][0] == {"value": "Freeman", "id": parent}
    assert section["Header"]["ColData"][-1] == {"value": "15.00"}
    assert section["Rows"]["Row"][0]["ColData"][0] == {"value": "Lane", "id": job}
    assert section["Summary"]["ColData"][0] == {"value": "Total Freeman"}
    assert section["Summary"]["ColData"][-1] == {"value": "100.00"}


def test_nothing_open_is_an_empty_report(connected: Place) -> None:
    connected.customer()
    found = report(connected)
    assert found["Rows"] == {}
    assert {"Name": "NoReportData", "Value": "true"} in found["Header"]["Option"]


def test_foreign_amounts_are_shown_in_the_companys_own_currency() -> None:
    place = build(multi_currency=True)
    place.connect()
    customer = place.customer(CurrencyRef={"value": "EUR"})
    more = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("1.20")}
    place.invoice(customer, "50", **more)
    assert rows(report(place))[customer][-1] == "60.00"


def test_the_detail_lists_records_by_how_late_they_are(connected: Place) -> None:
    customer = connected.customer("Ann")
    invoice = connected.invoice(customer, "37.50", TxnDate="2026-09-01", DueDate="2026-10-01")
    connected.hand.create("Payment", paying(customer, "5") | {"TxnDate": "2026-11-19"})
    found = report(connected, "AgedReceivableDetail")
    kinds = [one["ColType"] for one in found["Columns"]["Column"]]
    assert kinds == [
        "tx_date", "txn_type", "doc_num", "cust_name", "due_date", "subt_amount", "subt_open_bal",
    ]  # fmt: skip
    titles = [section["Header"]["ColData"][0]["value"] for section in found["Rows"]["Row"]]
    assert titles == ["31 - 60 days past due", "1 - 30 days past due"]
    late = found["Rows"]["Row"][0]["Rows"]["Row"][0]["ColData"]
    assert late == [
        {"value": "2026-09-01"}, {"value": "Invoice", "id": invoice}, {"value": "1001"},
        {"value": "Ann", "id": customer}, {"value": "2026-10-01"}, {"value": "37.50"},
        {"value": "37.50"},
    ]  # fmt: skip
    total = found["Rows"]["Row"][1]["Summary"]["ColData"]
    assert (total[0]["value"], total[-1]["value"]) == ("Total for 1 - 30 days past due", "-5.00")


def test_a_journal_entry_on_receivables_counts_and_on_other_accounts_does_not(
    connected: Place,
) -> None:
    customer = connected.customer("Ann")
    entity = {"Type": "Customer", "EntityRef": {"value": customer}}
    lines = [
        {"Amount": 40, "DetailType": ACCOUNT_LINE, ACCOUNT_LINE: {
            "PostingType": posting, "AccountRef": {"value": account}, "Entity": entity,
        }}
        for posting, account in (("Debit", "84"), ("Credit", "1"))
    ]  # fmt: skip
    entry = connected.hand.create("JournalEntry", {"Line": lines, "DocNumber": "J1"})
    assert connected.get(f"customer/{customer}")["Balance"] == 40
    assert rows(report(connected))[customer][-1] == "40.00"
    detail = report(connected, "AgedReceivableDetail")["Rows"]["Row"][0]["Rows"]["Row"][0]
    assert detail["ColData"][1] == {"value": "Journal Entry", "id": entry["Id"]}
    connected.hand.delete("JournalEntry", entry["Id"])
    assert connected.get(f"customer/{customer}")["Balance"] == 0


def test_other_reports_and_wrong_days_are_refused(connected: Place) -> None:
    for path, code in (
        ("reports/Guess", b"500"),
        ("reports", b"500"),
        ("reports/AgedReceivables?report_date=soon", b"2170"),
    ):
        answer = connected.call("GET", path)
        assert answer.status_code == 400
        assert b'"code":"' + code in answer.data
