"""How the simulated Xero names, logs and refuses requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder

from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.gateway import Broken
from providers.simulated.journal import Journal
from providers.simulated.store import Store
from providers.simulated.world import World
from providers.simulated.xero.product import Xero
from tests.providers.simulated.xero.stage import START, Stage, invoice, payment, read


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/api.xro/2.0/Invoices", "xero.invoices.read"),
        ("PUT", "/api.xro/2.0/Payments", "xero.payments.create"),
        ("POST", "/API.XRO/2.0/payments/1", "xero.payments.update"),
        ("PUT", "/api.xro/2.0/Invoices/1/History", "xero.invoices.history.create"),
        ("DELETE", "/api.xro/2.0/Overpayments/1/Allocations/2",
         "xero.overpayments.allocations.delete"),
        ("GET", "/api.xro/2.0/Invoices/1/OnlineInvoice", "xero.invoices.onlineinvoice.read"),
        ("GET", "/Connections", "xero.connections.read"),
        ("DELETE", "/connections/1", "xero.connections.delete"),
        ("POST", "/connect/token", "xero.oauth.token"),
        ("POST", "/connect/revocation", "xero.oauth.revoke"),
        ("GET", "/.well-known/openid-configuration", "xero.oauth.discovery"),
        ("GET", "/.well-known/openid-configuration/jwks", "xero.oauth.jwks"),
        ("GET", "/identity/connect/authorize", ""),
        ("GET", "/connected-apps", ""),
    ],
)  # fmt: skip
def test_each_request_has_its_kind(stage: Stage, method: str, path: str, kind: str) -> None:
    environ = EnvironBuilder(path, method=method).get_environ()
    assert stage.xero.kind_of(environ) == kind


def test_requests_are_written_down_with_app_and_organisation(stage: Stage) -> None:
    stage.call("PUT", "Contacts", {"Name": "A"}, headers={"Idempotency-Key": "k"})
    row = Journal(stage.world).rows()[-1]
    assert (row["kind"], row["client"], row["company"]) == (
        "xero.contacts.create", "app-1", stage.tenant,
    )  # fmt: skip
    assert (row["idempotency_key"], row["status"]) == ("k", "200")


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [("429", 429, "X-Rate-Limit-Problem"), ("500", 500, ""), ("503", 503, "Retry-After"),
     ("html", 502, "")],
)  # fmt: skip
def test_faults_look_like_xero_and_do_nothing(
    stage: Stage, fault: str, status: int, header: str
) -> None:
    stage.world.faults.replace([Fault(fault, on="xero.contacts.create", seconds=7)])
    answer = stage.call("PUT", "Contacts", {"Name": "A"})
    assert answer.status_code == status
    assert not header or header in answer.headers
    assert stage.rows("Contacts") == []


def test_a_lost_answer_leaves_the_work_done(stage: Stage) -> None:
    stage.world.faults.replace([Fault("reset_after_commit", on="xero.contacts.create")])
    with pytest.raises(Broken):
        stage.call("PUT", "Contacts", {"Name": "A"})
    assert [row["Name"] for row in stage.rows("Contacts")] == ["A"]


def test_unknown_endpoints_and_methods_are_told_apart(stage: Stage) -> None:
    assert stage.call("GET", "Cows").status_code == 404
    assert stage.client.get("/elsewhere").status_code == 404
    refused = stage.call("PUT", "Overpayments", {"Overpayments": [{}]})
    assert (refused.status_code, read(refused)["ErrorNumber"]) == (501, 20)
    assert stage.call("DELETE", "Contacts").status_code == 501


@pytest.mark.parametrize("body", [b"{", b"[1]", b"[]"])
def test_an_unreadable_body_is_a_400(stage: Stage, body: bytes) -> None:
    assert stage.call("PUT", "Contacts", body).status_code == 400
    assert stage.rows("Contacts") == []


def test_the_books_survive_a_restart(tmp_path: Path) -> None:
    first = World(StillClock(START), Store(tmp_path / "world.sqlite"))
    tenant = Xero(first).add_company("Alder", "NZD", "NZ", "Pacific/Auckland")
    desk = Xero(first).act(tenant)
    contact = desk.create("Contacts", {"Name": "Birch"})["ContactID"]
    made = desk.create("Invoices", invoice(contact, "100.00"))
    desk.create("Payments", payment(made["InvoiceID"], "25.50"))
    before = desk.get("Invoices", made["InvoiceID"])
    first.store.close()
    second = World(StillClock(START), Store(tmp_path / "world.sqlite"))
    desk = Xero(second).act(tenant)
    assert desk.get("Invoices", made["InvoiceID"]) == before
    desk.create("Payments", payment(made["InvoiceID"], "74.50"))
    assert desk.get("Invoices", made["InvoiceID"])["Status"] == "PAID"
    second.store.close()
