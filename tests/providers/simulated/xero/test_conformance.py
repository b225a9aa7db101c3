"""The check itself: it must see what is wrong, and it runs over a whole day's work."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from providers.simulated.gateway import App, run
from tests.providers.simulated.xero.conformance import Conforming, description
from tests.providers.simulated.xero.stage import build, payment


def test_a_days_work_conforms_to_the_description() -> None:
    description()
    checks: list[Conforming] = []

    def wrap(app: App) -> App:
        checks.append(Conforming(app))
        return checks[0]

    stage = build(wrap)
    made = stage.invoice()
    stage.pay(made["InvoiceID"], "40.00")
    stage.refused("PUT", "Payments", payment(made["InvoiceID"], "100.00"))
    for path in ("Invoices", "Contacts", "Payments", "Organisation", "Accounts", "TaxRates"):
        stage.rows(path)
    assert checks[0].violations == []
    assert checks[0].checked >= 10


def test_a_wrong_answer_and_a_wrong_request_are_seen() -> None:
    description()
    checks: list[Conforming] = []

    def spoiled(app: App) -> App:
        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            found = run(app, environ, environ["wsgi.input"].read())
            start_response(found.status, found.headers)
            return [found.body.replace(b'"AmountDue":100.00', b'"AmountDue":"a lot"')]

        checks.append(Conforming(answer))
        return checks[0]

    stage = build(spoiled)
    made = stage.invoice()
    assert len(checks[0].violations) == 1
    assert "AmountDue" in checks[0].violations[0] or "a lot" in checks[0].violations[0]
    stage.put("Payments", **payment(made["InvoiceID"], "1.00") | {"Amount": "1.00"})
    assert len(checks[0].violations) > 1
