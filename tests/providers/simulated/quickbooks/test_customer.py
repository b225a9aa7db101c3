from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from providers.simulated.quickbooks.refusals import Refusal
from tests.providers.simulated.quickbooks.place import Place, build, paying


def test_a_customer_starts_with_what_the_ledger_fills_in(connected: Place) -> None:
    customer = connected.post("customer", {"DisplayName": "Doe5, Jane"})
    assert customer == {
        "Taxable": True, "Job": False, "BillWithParent": False, "Balance": 0,
        "BalanceWithJobs": 0, "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PreferredDeliveryMethod": "Print", "domain": "QBO", "sparse": False, "Id": "1",
        "SyncToken": "0", "FullyQualifiedName": "Doe5, Jane", "DisplayName": "Doe5, Jane",
        "PrintOnCheckName": "Doe5, Jane", "Active": True, "DefaultTaxCodeRef": {"value": "2"},
        "MetaData": {
            "CreateTime": "2026-11-20T12:00:00-08:00",
            "LastUpdatedTime": "2026-11-20T12:00:00-08:00",
        },
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Weiskopf Consulting", "weiskopf consulting"])
@pytest.mark.parametrize("path", ["customer", "vendor", "employee"])
def test_a_name_belongs_to_one_record_only(connected: Place, path: str, name: str) -> None:
    connected.customer("Weiskopf Consulting")
    error = connected.refused(path, {"DisplayName": name})
    assert error == {
        "Message": "Duplicate Name Exists Error",
        "Detail": "The name supplied already exists. : null",
        "code": "6240",
    }
    assert connected.query("select count(*) from Customer") == {"totalCount": 1}


def test_a_customer_needs_a_name(connected: Place) -> None:
    assert connected.refused("customer", {"Notes": "who?"})["code"] == "2020"
    made = connected.post("customer", {"GivenName": "Kirby", "FamilyName": "Freeman"})
    assert made["DisplayName"] == "Kirby Freeman"


def test_a_new_name_changes_the_names_made_from_it_and_those_of_jobs(connected: Place) -> None:
    parent = connected.customer("Freeman")
    job = connected.customer("Twin Lane", ParentRef={"value": parent})
    old = connected.get(f"customer/{parent}")
    body = {"Id": parent, "SyncToken": old["SyncToken"], "DisplayName": "Jack Moe"}
    new = connected.post("customer", body)
    assert (new["FullyQualifiedName"], new["PrintOnCheckName"]) == ("Jack Moe", "Jack Moe")
    assert new["SyncToken"] == "1"
    assert connected.get(f"customer/{job}")["FullyQualifiedName"] == "Jack Moe:Twin Lane"


def test_a_job_stands_below_its_parent(connected: Place) -> None:
    parent = connected.customer("Freeman")
    job = connected.get(f"customer/{connected.customer('Lane', ParentRef={'value': parent})}")
    assert (job["Job"], job["Level"]) == (True, 1)
    assert job["FullyQualifiedName"] == "Freeman:Lane"


def test_what_a_job_owes_counts_with_its_parent(connected: Place) -> None:
    parent = connected.customer("Freeman")
    job = connected.customer("Lane", ParentRef={"value": parent})
    connected.invoice(job, "85")
    shown = connected.get(f"customer/{parent}")
    assert (shown["Balance"], shown["BalanceWithJobs"]) == (0, 85)
    assert connected.get(f"customer/{job}")["BalanceWithJobs"] == 85


def test_a_balance_moves_the_time_of_change_but_not_the_version(connected: Place) -> None:
    customer = connected.customer()
    connected.clock.advance(timedelta(minutes=10))
    connected.invoice(customer)
    shown = connected.get(f"customer/{customer}")
    assert shown["SyncToken"] == "0"
    assert shown["MetaData"]["LastUpdatedTime"] == "2026-11-20T12:10:00-08:00"


def test_a_change_that_changes_nothing_is_none(connected: Place) -> None:
    customer = connected.customer(Notes="Pays late")
    connected.pumped()
    connected.clock.advance(timedelta(minutes=10))
    same = {"Id": customer, "SyncToken": "0", "sparse": True, "Notes": "Pays late"}
    shown = connected.post("customer", same)
    assert shown["SyncToken"] == "0"
    assert shown["MetaData"]["LastUpdatedTime"] == "2026-11-20T12:00:00-08:00"
    assert connected.pumped() == []


def test_a_sparse_update_keeps_the_rest_and_a_full_one_empties_it(connected: Place) -> None:
    email = {"Address": "a@b.example"}
    customer = connected.customer("Ann", Notes="Old", PrimaryEmailAddr=email)
    sparse = {"Id": customer, "SyncToken": "0", "sparse": True, "Notes": "New"}
    shown = connected.post("customer", sparse)
    assert (shown["Notes"], shown["PrimaryEmailAddr"]) == ("New", email)
    shown = connected.post("customer", {"Id": customer, "SyncToken": "1", "DisplayName": "Ann"})
    assert "Notes" not in shown
    assert "PrimaryEmailAddr" not in shown


def test_a_stale_version_is_refused_and_nothing_is_written(connected: Place) -> None:
    customer = connected.customer()
    connected.hand.update("Customer", {"Id": customer, "Notes": "First"})
    body = {"Id": customer, "SyncToken": "0", "sparse": True, "Notes": "Second"}
    error = connected.refused("customer", body)
    assert (error["code"], error["Message"]) == ("5010", "Stale Object Error")
    assert "were working on this at the same time" in error["Detail"]
    assert connected.get(f"customer/{customer}")["Notes"] == "First"


@pytest.mark.parametrize(
    ("_case", "more", "code"),
    [
        ("long notes", {"Notes": "x" * 2001}, "2050"),
        ("long name", {"DisplayName": "x" * 501}, "2050"),
        ("unknown property", {"Nickname": "Al"}, "2010"),
        ("no such parent", {"ParentRef": {"value": "99"}}, "610"),
        ("foreign money", {"CurrencyRef": {"value": "EUR"}}, "6000"),
    ],
)
def test_a_customer_that_cannot_be_is_refused(
    connected: Place, _case: str, more: dict[str, Any], code: str
) -> None:
    assert connected.refused("customer", {"DisplayName": "Al"} | more)["code"] == code
    assert connected.query("select count(*) from Customer") == {"totalCount": 0}


def test_a_customer_is_made_inactive_and_active_again(connected: Place) -> None:
    customer = connected.customer("Ann")
    shown = connected.hand.deactivate("Customer", customer)
    assert (shown["Active"], shown["DisplayName"]) == (False, "Ann (deleted)")
    assert connected.query("select * from Customer") == {}
    found = connected.query("select * from Customer where Active in (true, false)")
    assert [row["Id"] for row in found["Customer"]] == [customer]
    shown = connected.hand.update("Customer", {"Id": customer, "Active": True})
    assert shown["DisplayName"] == "Ann"


def test_an_inactive_customer_gets_no_invoice(connected: Place) -> None:
    customer = connected.customer()
    connected.hand.deactivate("Customer", customer)
    with pytest.raises(Refusal) as refused:
        connected.invoice(customer)
    assert refused.value.code == "610"


def test_a_customer_who_owes_stays_active(connected: Place) -> None:
    customer = connected.customer()
    connected.invoice(customer)
    with pytest.raises(Refusal) as refused:
        connected.hand.deactivate("Customer", customer)
    assert refused.value.code == "6000"
    assert connected.get(f"customer/{customer}")["Active"]


def test_a_customer_cannot_be_deleted(connected: Place) -> None:
    customer = connected.customer()
    body = {"Id": customer, "SyncToken": "0"}
    assert connected.refused("customer?operation=delete", body)["code"] == "500"
    assert connected.get(f"customer/{customer}")["Active"]


def test_a_customers_currency_is_fixed() -> None:
    place = build(multi_currency=True)
    place.connect()
    customer = place.customer(CurrencyRef={"value": "EUR"})
    body = {"Id": customer, "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}}
    assert place.refused("customer", body)["code"] == "6000"


def test_merged_customers_leave_one_with_everything(connected: Place) -> None:
    gone, into = connected.customer("Ann"), connected.customer("Anna")
    invoice = connected.invoice(gone, "30")
    connected.invoice(into, "12")
    connected.hand.create("Payment", paying(gone, "5"))
    connected.pumped()
    connected.hand.merge_customers(gone, into)
    assert connected.get(f"customer/{into}")["Balance"] == 37
    left = connected.get(f"customer/{gone}")
    assert (left["Active"], left["Balance"]) == (False, 0)
    assert connected.get(f"invoice/{invoice}")["CustomerRef"] == {"value": into, "name": "Anna"}
    assert connected.pumped() == ["qbo.customer.merged.v1"]
    event = connected.posted.events()[-1]
    assert (event["intuitentityid"], event["data"]) == (into, {"deletedId": gone})


def test_a_customer_cannot_be_merged_into_itself(connected: Place) -> None:
    customer = connected.customer()
    with pytest.raises(Refusal):
        connected.hand.merge_customers(customer, customer)
    assert connected.get(f"customer/{customer}")["Active"]
