from __future__ import annotations

import pytest
from xero_python.api_client.configuration import Configuration

from providers.xero.calls import Call, kind_of, name_call


def test_xero_python_names_method_path_and_parameters() -> None:
    call = name_call("get_invoices", i_ds=["a", "b"], statuses=["AUTHORISED"], page=1)
    assert call == Call("GET", "/Invoices?IDs=a,b&Statuses=AUTHORISED&page=1")


def test_truth_values_and_filters_are_written_as_xero_reads_them() -> None:
    """xero-python writes True and False, which only a tolerant server takes."""
    call = name_call("get_contacts", include_archived=True, where='Name=="a b"')
    assert call.path == "/Contacts?where=Name%3D%3D%22a%20b%22&includeArchived=true"


def test_a_write_keeps_its_body_as_it_is() -> None:
    body = {"Payments": [{"Amount": 1}]}
    call = name_call("create_payments", body, summarize_errors=False)
    assert call == Call("PUT", "/Payments?summarizeErrors=false", body)


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    call = name_call("get_invoice_history", "../Contacts?x=1")
    assert call.path == "/Invoices/..%2FContacts%3Fx%3D1/History"


def test_a_parameter_that_xero_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="statusses"):
        name_call("get_invoices", statusses=["AUTHORISED"])


def test_no_configuration_of_xero_python_is_ever_made() -> None:
    """Its Configuration is one for the whole process and hands one tenant's token to another."""
    name_call("get_organisations")
    assert Configuration._default is None


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/Invoices?page=1", "xero.invoices.read"),
        ("GET", "/Invoices/1/OnlineInvoice", "xero.invoices.onlineinvoice.read"),
        ("PUT", "/Contacts/1/History", "xero.contacts.history.create"),
        ("PUT", "/Overpayments/1/Allocations", "xero.overpayments.allocations.create"),
        ("POST", "/Payments/1", "xero.payments.update"),
        ("PUT", "/BatchPayments?summarizeErrors=false", "xero.batchpayments.create"),
    ],
)
def test_a_kind_of_call_follows_from_method_and_path(method: str, path: str, kind: str) -> None:
    assert kind_of(method, path) == kind
