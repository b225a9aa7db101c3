"""The simulated Xero as one product of the simulated world."""

from __future__ import annotations

import hashlib

from werkzeug.wrappers import Request

from providers.simulated.deliveries import Deliveries
from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, App, Environ
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero import events, founding, limits
from providers.simulated.xero.acting import Desk
from providers.simulated.xero.books import ORGANISATION, Books
from providers.simulated.xero.grants import Grants
from providers.simulated.xero.limits import Limits
from providers.simulated.xero.signin import USER
from providers.simulated.xero.site import API, Site
from providers.simulated.xero.subscriptions import Subscriptions

VERBS = {"GET": "read", "PUT": "create", "POST": "update", "DELETE": "delete"}
SIGN_IN = {
    "/connect/token": "token", "/connect/revocation": "revoke", "/connect/userinfo": "userinfo",
    "/.well-known/openid-configuration": "discovery",
    "/.well-known/openid-configuration/jwks": "jwks",
}  # fmt: skip


class Xero:
    """Satisfies gateway.Product. Switch rate limits with `limits_on`."""

    name = "xero"

    def __init__(self, world: World) -> None:
        self._world = world
        self._grants = Grants(world)
        announcer = events.XeroAnnouncer(world, self._grants.connected)
        self.subscriptions = Subscriptions(world, announcer)
        self.deliveries: Deliveries = self.subscriptions.deliveries
        self.limits = Limits(world.clock)
        self._site = Site(world, self._grants, self.limits, self._books)
        self.app: App = Request.application(self._site)

    @property
    def limits_on(self) -> bool:
        return self._site.limits_on

    @limits_on.setter
    def limits_on(self, on: bool) -> None:
        self._site.limits_on = on

    def add_company(self, name: str, currency: str, country: str, time_zone: str, *,
                    multi_currency: bool = False) -> str:  # fmt: skip
        """Found an organisation; its tenant id. `country` is ISO 3166, `time_zone` IANA."""
        tenant = self._world.new_guid()
        with self._world.store.transaction():
            blank = {"BaseCurrency": currency, "zone": time_zone}
            self._world.store.put(tenant, ORGANISATION, tenant, blank)
            founding.found(
                self._books(tenant, name), name=name, currency=currency, country=country,
                time_zone=time_zone, multi_currency=multi_currency,
            )  # fmt: skip
        return tenant

    def add_user(self, email: str, name: str, companies: list[str]) -> Doc:
        """A person who can sign in and choose among these organisations, besides earlier ones."""
        given, _, family = name.partition(" ")
        known = self._world.store.get(EVERYWHERE, USER, email) or {}
        tenants = list(dict.fromkeys([*known.get("tenants", []), *companies]))
        user: Doc = {
            "email": email, "name": name, "given_name": given, "family_name": family,
            "preferred_username": email, "tenants": tenants,
            "xero_userid": known.get("xero_userid") or self._world.new_guid(),
            "sub": hashlib.sha256(email.encode()).hexdigest()[:32],
        }  # fmt: skip
        with self._world.store.transaction():
            self._world.store.put(EVERYWHERE, USER, email, user)
            for tenant in companies:
                self._join(tenant, user)
        return user

    def act(self, tenant: str, who: str = "") -> Desk:
        """The books of an organisation for a person who works in Xero itself."""
        return Desk(self._books(tenant, who or "a person"))

    def intent_to_receive(self, app: Doc) -> bool:
        """Run Xero's check of a webhook; without a pass no event is sent to it.

        The pump runs it by itself for a webhook that is new, changed or enabled again.
        """
        return self.subscriptions.intent_to_receive(app)

    def kind_of(self, environ: Environ) -> str:
        path = environ["PATH_INFO"].lower().rstrip("/")
        verb = VERBS.get(environ["REQUEST_METHOD"], "other")
        if path in SIGN_IN:
            return f"xero.oauth.{SIGN_IN[path]}"
        if path.startswith("/connections"):
            return f"xero.connections.{verb}"
        if not path.startswith(API):
            return ""
        parts = path[len(API) :].split("/")
        named = [parts[0], *parts[2:3]]
        return f"xero.{'.'.join(named)}.{verb}"

    def client_of(self, environ: Environ) -> str:
        return self._grants.client_of(environ.get("HTTP_AUTHORIZATION", ""))

    def company_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_XERO_TENANT_ID", "")).lower()

    def idempotency_key_of(self, environ: Environ) -> str:
        return str(environ.get("HTTP_IDEMPOTENCY_KEY", ""))

    def refusal(self, fault: Fault) -> Answered:
        wait = str(int(fault.seconds) or 1)
        if fault.fault == "429":
            turned = limits.too_many("minute", int(wait))
            headers = [("Content-Type", "text/plain"), *turned.headers.items()]
            return Answered("429 TOO MANY REQUESTS", headers, str(turned.body).encode())
        if fault.fault == "503":
            headers = [("Content-Type", "text/plain"), ("Retry-After", wait)]
            return Answered("503 SERVICE UNAVAILABLE", headers, b"The organisation is offline")
        if fault.fault == "html":
            page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
            return Answered("502 BAD GATEWAY", [("Content-Type", "text/html")], page)
        text = [("Content-Type", "text/plain")]
        return Answered("500 INTERNAL SERVER ERROR", text, b"An error occurred in Xero")

    def _books(self, tenant: str, actor: str, client_id: str = "") -> Books:
        return Books(self._world, tenant, self.deliveries.emit, actor, client_id)

    def _join(self, tenant: str, user: Doc) -> None:
        self._world.store.put(tenant, "user", user["xero_userid"], {
            "UserID": user["xero_userid"], "EmailAddress": user["email"],
            "FirstName": user["given_name"], "LastName": user["family_name"],
            "UpdatedDateUTC": self._books(tenant, "").now(), "IsSubscriber": True,
            "OrganisationRole": "FINANCIALADVISER",
        })  # fmt: skip
