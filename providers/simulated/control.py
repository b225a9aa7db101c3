"""The control API: moves the clock, switches faults on, and plays the customers and the vendors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import parse_qs

from providers.simulated import customers, phone_control
from providers.simulated.asked import (
    BadRequest,
    Body,
    amount_of,
    body_of,
    day_of,
    list_of,
    moment_of,
    number_of,
    text_of,
)
from providers.simulated.faults import Fault, UnknownFault
from providers.simulated.gateway import Environ, StartResponse
from providers.simulated.journal import Journal
from providers.simulated.mail import UnknownMessage
from providers.simulated.simulation import Simulation
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE

Query = Mapping[str, str]
FAULT_FIELDS = tuple(field.name for field in fields(Fault))
APP_FIELDS = (
    "client_secret", "name", "redirect_uris", "webhook_url", "webhook_key", "launch_url",
    "disconnect_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Csv:
    text: str


Verb = Callable[[Simulation, Body, Query], Any]


class Control:
    """A WSGI application. Bad input is answered with 400 and {"error": {what, where, how}}."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = {name: given[-1] for name, given in parse_qs(environ["QUERY_STRING"]).items()}
        try:
            verb = _verb_of(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            status, answer = "200 OK", verb(self._simulation, body_of(raw), query)
        except BadRequest as bad:
            told = {"what": bad.what, "where": bad.where, "how": bad.how}
            status, answer = "400 Bad Request", {"error": told}
        kind = "text/csv; charset=utf-8" if isinstance(answer, Csv) else "application/json"
        text = answer.text if isinstance(answer, Csv) else json.dumps(answer, default=str)
        start_response(status, [("Content-Type", kind), ("Cache-Control", "no-store")])
        return [text.encode()]


def show_clock(simulation: Simulation, _body: Body, _query: Query) -> Any:
    return {"now": simulation.world.clock.now().isoformat()}


def move_clock(simulation: Simulation, body: Body, query: Query) -> Any:
    """{"now": moment} or {"advance_seconds": n}; what is due is done before the answer."""
    world = simulation.world
    if "now" in body:
        world.move_to(moment_of(body, "now").astimezone(UTC))
    elif "advance_seconds" in body:
        by = timedelta(seconds=number_of(body, "advance_seconds"))
        world.move_to(world.clock.now() + by)
    else:
        raise BadRequest(
            "nothing says where to move the clock", where="body",
            how='send {"now": "2026-11-30T09:00:00Z"} or {"advance_seconds": 3600}',
        )  # fmt: skip
    simulation.pump()
    return show_clock(simulation, body, query)


def show_faults(simulation: Simulation, _body: Body, _query: Query) -> Any:
    return {"faults": simulation.world.faults.shown()}


def set_faults(simulation: Simulation, body: Body, query: Query) -> Any:
    """{"faults": [{fault, on, times, chance, seconds}]} replaces the faults now switched on."""
    faults = [
        _fault_of(given, f"faults[{place}]") for place, given in enumerate(list_of(body, "faults"))
    ]
    simulation.world.faults.replace(faults)
    return show_faults(simulation, body, query)


def show_requests(simulation: Simulation, _body: Body, query: Query) -> Any:
    """Every API request received; ?after=n leaves out the first n."""
    return {"requests": Journal(simulation.world).rows(_after(query))}


def show_mail(simulation: Simulation, _body: Body, query: Query) -> Any:
    after = _after(query)
    return {"messages": [m for m in simulation.mail.messages() if m["number"] > after]}


def reply_to_mail(simulation: Simulation, body: Body, _query: Query) -> Any:
    """{"message_id", "text"}: the customer answers; `status` is what the hook said, 0 for none."""
    message_id = text_of(body, "message_id")
    try:
        row = simulation.mail.answer(message_id, text_of(body, "text"))
    except UnknownMessage:
        raise BadRequest(
            f"no message {message_id} was delivered", where="message_id",
            how="take one from GET /control/mail",
        ) from None  # fmt: skip
    simulation.pump()
    tried = simulation.world.store.get(EVERYWHERE, "answer", row["id"]) or row
    return {"message_id": row["message_id"], "status": tried["status"]}


def hook_mail(simulation: Simulation, body: Body, _query: Query) -> Any:
    """{"url", "secret"}: where the customers' answers are posted."""
    try:
        simulation.mail.hook(text_of(body, "url"), text_of(body, "secret"))
    except ValueError as error:
        raise BadRequest(
            str(error), where="secret", how='send "secret": "whsec_..." in base64'
        ) from None
    return {"url": body["url"]}


def pay(simulation: Simulation, body: Body, _query: Query) -> Any:
    """A customer pays; the world around customers.pay."""
    payment = customers.Payment(
        company=text_of(body, "company"),
        invoices=tuple(str(number) for number in list_of(body, "invoices")),
        amount=amount_of(body, "amount"),
        currency=text_of(body, "currency", ""),
        remittance=text_of(body, "remittance", ""),
        payer=text_of(body, "payer", ""),
        into=text_of(body, "into", "ledger"),
        day=day_of(body, "date"),
    )
    paid = customers.pay(simulation, payment)
    simulation.pump()
    return paid


def show_bank(simulation: Simulation, _body: Body, query: Query) -> Any:
    """?company= is an id or a name; the statement is a CSV, oldest line first."""
    return Csv(customers.statement(simulation, query.get("company", "")))


def show_companies(simulation: Simulation, _body: Body, _query: Query) -> Any:
    return {"companies": customers.companies(simulation)}


def show_apps(simulation: Simulation, _body: Body, _query: Query) -> Any:
    return {"apps": simulation.world.store.all(EVERYWHERE, "app")}


def register_app(simulation: Simulation, body: Body, _query: Query) -> Any:
    """{"product", "client_id", ...}: a new app, or other words for one that is there."""
    product, client_id = text_of(body, "product"), text_of(body, "client_id")
    if product not in simulation.vendors:
        known = ", ".join(simulation.vendors)
        raise BadRequest(f"there is no product {product!r}", where="product", how=f"one of {known}")
    for name in body.keys() - {"product", "client_id", *APP_FIELDS}:
        raise BadRequest(f"an app has no {name!r}", where=name, how=f"use {', '.join(APP_FIELDS)}")
    before = simulation.world.store.get(EVERYWHERE, "app", client_id) or {
        name: [] if name == "redirect_uris" else "" for name in APP_FIELDS
    }
    app = before | {"webhook_disabled": False} | dict(body)
    simulation.world.register_app(app)
    return app


def make_token(simulation: Simulation, body: Body, _query: Query) -> Any:
    """{"client_id", "company"}: an access token, with which a foreign client acts as this app."""
    app = _app_of(simulation, text_of(body, "client_id"))
    company, _ = customers.company_of(simulation, text_of(body, "company"))
    till = simulation.tills[app["product"]]
    if company["id"] not in {known["id"] for known in till.companies()}:
        raise BadRequest(
            f"{company['name']} is no company of {app['product']}", where="company",
            how="name one that belongs to the app's product",
        )  # fmt: skip
    return {"access_token": till.token(app, company["id"]), "company": company["id"]}


def set_webhooks(simulation: Simulation, body: Body, _query: Query) -> Any:
    """{"client_id", "url", "key"}: where an app's events go.

    `passed` tells whether the address stood the vendor's check; Xero sends nothing without it.
    """
    app = _app_of(simulation, text_of(body, "client_id"))
    changed = app | {
        "webhook_url": text_of(body, "url", app["webhook_url"]),
        "webhook_key": text_of(body, "key", app["webhook_key"]),
        "webhook_disabled": False,
    }
    simulation.world.register_app(changed)
    passed = simulation.tills[app["product"]].check_webhook(changed)
    simulation.pump()
    return _app_of(simulation, app["client_id"]) | {"passed": passed}


def _app_of(simulation: Simulation, client_id: str) -> Doc:
    app = simulation.world.store.get(EVERYWHERE, "app", client_id)
    if app is None:
        raise BadRequest(
            f"no app has the client id {client_id}", where="client_id",
            how="take one from GET /control/apps",
        )  # fmt: skip
    return app


def _fault_of(given: Any, where: str) -> Fault:
    how = 'send {"fault": "429", "on": "xero[.].*", "times": 1, "chance": 1, "seconds": 0}'
    if not isinstance(given, dict) or "fault" not in given or given.keys() - set(FAULT_FIELDS):
        raise BadRequest("a fault has other fields", where=where, how=how)
    words = {name: text_of(given, name) for name in ("fault", "on") if name in given}
    numbers = {
        name: number_of(given, name) for name in ("times", "chance", "seconds") if name in given
    }
    if "times" in numbers:
        numbers["times"] = int(numbers["times"])
    try:
        return Fault(**(words | numbers))  # type: ignore[arg-type]
    except UnknownFault as error:
        raise BadRequest(str(error), where=where, how=how) from None


def _after(query: Query) -> int:
    after = query.get("after", "0")
    if not after.isdecimal():
        raise BadRequest(f"{after!r} is no number", where="after", how="send ?after=120")
    return int(after)


VERBS: Mapping[tuple[str, str], Verb] = {
    ("GET", "/control/clock"): show_clock,
    ("POST", "/control/clock"): move_clock,
    ("GET", "/control/faults"): show_faults,
    ("POST", "/control/faults"): set_faults,
    ("GET", "/control/requests"): show_requests,
    ("GET", "/control/mail"): show_mail,
    ("POST", "/control/mail/reply"): reply_to_mail,
    ("POST", "/control/mail/hook"): hook_mail,
    ("GET", "/control/phone"): phone_control.show_phone,
    ("POST", "/control/phone/account"): phone_control.open_account,
    ("POST", "/control/phone/person"): phone_control.set_person,
    ("POST", "/control/phone/answer"): phone_control.answer_call,
    ("POST", "/control/phone/reply"): phone_control.write_text,
    ("POST", "/control/pay"): pay,
    ("GET", "/control/bank"): show_bank,
    ("GET", "/control/companies"): show_companies,
    ("GET", "/control/apps"): show_apps,
    ("POST", "/control/apps"): register_app,
    ("POST", "/control/webhooks"): set_webhooks,
    ("POST", "/control/token"): make_token,
}


def _verb_of(method: str, path: str) -> Verb:
    verb = VERBS.get((method, path.rstrip("/")))
    if verb is None:
        known = "; ".join(f"{method} {path}" for method, path in VERBS)
        raise BadRequest(f"there is no {method} {path}", where="path", how=f"one of: {known}")
    return verb
