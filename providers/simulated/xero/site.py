"""The one host of the simulated Xero: which part answers a request, and how it is sent."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from providers.simulated.store import Doc
from providers.simulated.world import World
from providers.simulated.xero import api, idempotency, pages, wire
from providers.simulated.xero.books import ORGANISATION, Books
from providers.simulated.xero.calls import Call, Reply
from providers.simulated.xero.grants import Caller, Grants
from providers.simulated.xero.idempotency import Sent
from providers.simulated.xero.limits import Limits
from providers.simulated.xero.refusals import Turned, not_found
from providers.simulated.xero.signin import SignIn, answer, html

API = "/api.xro/2.0/"
JSON_TYPE = "application/json; charset=utf-8"
Open = Callable[[str, str, str], Books]
"""Opens an organisation's books for an app: tenant, app name, client id."""


class Site:
    def __init__(self, world: World, grants: Grants, limits: Limits, open_books: Open) -> None:
        self._world = world
        self._grants = grants
        self._limits = limits
        self._open = open_books
        self._signin = SignIn(world, grants)
        self.limits_on = True

    def __call__(self, request: Request) -> Response:
        try:
            return self._route(request)
        except Turned as turned:
            return respond(_turned(turned))

    def _route(self, request: Request) -> Response:
        path = request.path.lower().rstrip("/")
        if request.path.lower().startswith(API):
            return self._api(request)
        if path == "/connections" or path.startswith("/connections/"):
            return self._connections(request)
        if path.startswith("/connected-apps"):
            return self._connected_apps(request)
        signin = self._signin
        routes: dict[str, Callable[[], Response]] = {
            "/identity/connect/authorize": lambda: signin.authorize(request),
            "/connect/token": lambda: signin.token(request),
            "/connect/revocation": lambda: signin.revocation(request),
            "/connect/userinfo": lambda: signin.userinfo(request),
            "/.well-known/openid-configuration": lambda: signin.discovery(request),
            "/.well-known/openid-configuration/jwks": signin.jwks,
        }
        if path not in routes:
            raise not_found()
        return routes[path]()

    def _connections(self, request: Request) -> Response:
        caller = self._grants.caller(request.headers.get("Authorization", ""))
        rows = self._grants.connections(caller)
        id_ = request.path.rstrip("/").lower().removeprefix("/connections").strip("/")
        if request.method == "DELETE":
            if id_ not in [row["id"] for row in rows]:
                raise not_found()
            self._grants.disconnect(id_)
            return Response("", 204)
        event = request.args.get("authEventId")
        return answer([
            self._connection(row) for row in rows if not event or row["auth_event"] == event
        ])  # fmt: skip

    def _connection(self, row: Doc) -> Doc:
        organisation = self._world.store.all(row["tenant"], ORGANISATION)[0]
        return {
            "id": row["id"], "authEventId": row["auth_event"], "tenantId": row["tenant"],
            "tenantType": "ORGANISATION", "tenantName": organisation["Name"],
            "createdDateUtc": row["created"], "updatedDateUtc": row["updated"],
        }  # fmt: skip

    def _connected_apps(self, request: Request) -> Response:
        tenant = request.path.strip("/").partition("/")[2].lower()
        store = self._world.store
        if not tenant:
            found = [
                store.all(company, ORGANISATION)[0] for company in store.companies(ORGANISATION)
            ]
            return html(pages.organisations(found))
        organisations = store.all(tenant, ORGANISATION)
        if not organisations:
            raise not_found()
        if request.method == "POST":
            self._grants.disconnect(request.form.get("connection", ""))
        names = {app["client_id"]: app["name"] for app in self._world.apps("xero")}
        rows = [(row["id"], names[row["client_id"]]) for row in self._grants.of_tenant(tenant)]
        return html(pages.connected_apps(organisations[0]["Name"], rows))

    def _api(self, request: Request) -> Response:
        caller = self._grants.caller(request.headers.get("Authorization", ""))
        tenant = request.headers.get("xero-tenant-id", "").lower()
        self._grants.check_connected(caller, tenant)
        client = str(caller.app["client_id"])
        with self._limits.admit(client, tenant, on=self.limits_on) as left:
            try:
                sent = self._answer(request, caller, tenant)
            except Turned as turned:
                sent = _turned(turned)
        return respond(Sent(sent.status, sent.headers | left, sent.body))

    def _answer(self, request: Request, caller: Caller, tenant: str) -> Sent:
        path = tuple(part for part in request.path[len(API) :].split("/") if part)
        self._grants.check_scope(caller, request.method, path)
        body = request.get_data()
        call = Call(
            request.method, path, {name.lower(): text for name, text in request.args.items()},
            request.headers, body,
            self._open(tenant, str(caller.app["name"]), str(caller.app["client_id"])),
        )  # fmt: skip
        key = request.headers.get("Idempotency-Key")
        with self._world.store.transaction():
            if key is None or request.method not in ("PUT", "POST", "PATCH"):
                return _sent(call)
            scope = f"{caller.app['client_id']} {tenant}"
            print_ = f"{request.method} {request.full_path} ".encode() + body
            return idempotency.once(self._world, scope, key, print_, lambda: _sent(call))


def _sent(call: Call) -> Sent:
    """The reply on the wire. A refusal is a reply too, so that what was done before it stays."""
    try:
        reply = api.answer(call)
    except Turned as turned:
        return _turned(turned)
    return _packed(reply, call.headers.get("Accept", ""))


def _packed(reply: Reply, accept: str) -> Sent:
    if isinstance(reply.body, bytes):
        return Sent(reply.status, reply.headers | {"Content-Type": reply.mime}, reply.body)
    if reply.body is None:
        return Sent(reply.status, reply.headers, b"")
    if "json" not in accept:
        text, mime = wire.dump_xml("Response", reply.body), "text/xml; charset=utf-8"
    else:
        text, mime = wire.dump(reply.body), reply.mime
    return Sent(reply.status, reply.headers | {"Content-Type": mime}, text.encode())


def _turned(turned: Turned) -> Sent:
    if isinstance(turned.body, str):
        headers = turned.headers | {"Content-Type": "text/plain; charset=utf-8"}
        return Sent(turned.status, headers, turned.body.encode())
    headers = turned.headers | {"Content-Type": JSON_TYPE}
    return Sent(turned.status, headers, wire.dump(turned.body).encode())


def respond(sent: Sent) -> Response:
    return Response(sent.body, sent.status, headers=sent.headers)
