"""Who may call what: tokens of a consent, connections of a person, scopes of an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

from providers.simulated.identity import Lifetimes, TokenDesk
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero.refusals import problem

ACCESS_SECONDS = 1800
LIFETIMES = Lifetimes(
    code=timedelta(minutes=5), access=timedelta(seconds=ACCESS_SECONDS),
    refresh_idle=timedelta(days=60), rotate_after=timedelta(0), grace=timedelta(minutes=30),
)  # fmt: skip
CONNECTION = "connection.xero"
BOTH = ("invoices", "payments", "banktransactions", "manualjournals", "settings", "contacts",
        "attachments")  # fmt: skip
SCOPES = frozenset(
    {"openid", "profile", "email", "offline_access", "accounting.reports.aged.read",
     "accounting.budgets.read", "accounting.journals.read"}
    | {f"accounting.{name}" for name in BOTH}
    | {f"accounting.{name}.read" for name in BOTH}
)  # fmt: skip
"""What an app made after 2 March 2026 can ask for (developer.xero.com/faq/granular-scopes)."""

SCOPE_OF = {
    "invoices": "accounting.invoices", "creditnotes": "accounting.invoices",
    "contacts": "accounting.contacts", "payments": "accounting.payments",
    "batchpayments": "accounting.payments", "overpayments": "accounting.payments",
    "prepayments": "accounting.payments", "banktransactions": "accounting.banktransactions",
    "reports": "accounting.reports.aged", "invoicereminders": "accounting.settings",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the grant behind the access token, and the app that holds it."""

    grant: Doc
    app: Doc


class Grants:
    def __init__(self, world: World) -> None:
        self._world = world
        self.desk = TokenDesk(world, "xero", LIFETIMES)

    def consent(self, app: Doc, user: Doc, scopes: list[str], tenants: list[str]) -> Doc:
        """One consent: one grant for all ticked organisations. Scopes only ever grow."""
        earlier = [g for g in self.desk.grants() if _same(g, app["client_id"], user)]
        kept = [scope for grant in earlier for scope in grant["scopes"]]
        with self._world.store.transaction():
            grant = self.desk.grant(app, user, list(dict.fromkeys([*kept, *scopes])), tenants)
            event = self._world.new_guid()
            self.desk.save_grant(grant | {"auth_event": event})
            for tenant in tenants:
                self._connect(app, user, tenant, event)
        return grant | {"auth_event": event}

    def access_token(self, grant: Doc, issuer: str) -> str:
        """A JWT around the desk's own token, as Xero's access tokens are JWTs."""
        now = self._world.clock.now()
        return self.desk.id_token({
            "nbf": int(now.timestamp()), "exp": int(now.timestamp()) + ACCESS_SECONDS,
            "iss": issuer, "aud": f"{issuer}/resources", "client_id": grant["client_id"],
            "sub": grant["user"]["sub"], "xero_userid": grant["user"]["xero_userid"],
            "authentication_event_id": grant["auth_event"], "scope": grant["scopes"],
            "jti": self.desk.new_access(grant),
        })  # fmt: skip

    def caller(self, authorization: str) -> Caller:
        """Raises Turned (401)."""
        scheme, _, token = authorization.partition(" ")
        grant, expired = self._grant(token if scheme.lower() == "bearer" else "")
        if grant is None:
            raise problem(401, "Unauthorized", "AuthenticationUnsuccessful")
        if expired:
            raise problem(401, "Unauthorized", f"TokenExpired: token expired at {_end_of(token)}")
        app = self._world.store.get(EVERYWHERE, "app", grant["client_id"])
        if app is None:
            raise problem(401, "Unauthorized", "AuthenticationUnsuccessful")
        return Caller(grant, app)

    def client_of(self, authorization: str) -> str:
        grant, _ = self._grant(authorization.partition(" ")[2])
        return str(grant["client_id"]) if grant else ""

    def _grant(self, token: str) -> tuple[Doc | None, bool]:
        try:
            return self.desk.check_access(_claims(token)["jti"])
        except (jwt.InvalidTokenError, KeyError):
            return None, False

    def check_connected(self, caller: Caller, tenant: str) -> None:
        """Raises Turned (403): the organisation was never connected, or is no longer."""
        if not any(row["tenant"] == tenant for row in self.connections(caller)):
            raise problem(403, "Forbidden", "AuthenticationUnsuccessful")

    def check_scope(self, caller: Caller, method: str, path: tuple[str, ...]) -> None:
        """Raises Turned (401). Journals are for apps of the highest tiers only."""
        if path and path[0].lower() == "journals":
            raise problem(401, "Unauthorized", "AuthorizationUnsuccessful")
        scope = SCOPE_OF.get(path[0].lower() if path else "", "accounting.settings")
        if len(path) > 2 and path[2].lower() == "attachments":
            scope = "accounting.attachments"
        held = caller.grant["scopes"]
        if scope in held or (method == "GET" and f"{scope}.read" in held):
            return
        raise problem(401, "Unauthorized", "AuthorizationUnsuccessful")

    def connections(self, caller: Caller) -> list[Doc]:
        """All of the person's connections to the app, whichever consent made them."""
        return [
            row for row in self._world.store.all(EVERYWHERE, CONNECTION)
            if _of(row, caller.grant["client_id"], caller.grant["user"])
        ]  # fmt: skip

    def connected(self, client_id: str, tenant: str) -> bool:
        return any(
            row["client_id"] == client_id and row["tenant"] == tenant
            for row in self._world.store.all(EVERYWHERE, CONNECTION)
        )

    def of_tenant(self, tenant: str) -> list[Doc]:
        rows = self._world.store.all(EVERYWHERE, CONNECTION)
        return [row for row in rows if row["tenant"] == tenant]

    def disconnect(self, connection_id: str) -> None:
        self._world.store.delete(EVERYWHERE, CONNECTION, connection_id)

    def revoke(self, token: str) -> None:
        """End all of the person's tokens for the app and remove all their connections to it."""
        with self._world.store.transaction():
            grant = self.desk.revoke(token)
            if grant is None:
                return
            for other in self.desk.grants():
                if _same(other, grant["client_id"], grant["user"]):
                    self.desk.save_grant(other | {"revoked": True})
            for row in self._world.store.all(EVERYWHERE, CONNECTION):
                if _of(row, grant["client_id"], grant["user"]):
                    self.disconnect(row["id"])

    def _connect(self, app: Doc, user: Doc, tenant: str, event: str) -> None:
        now = _seven_digits(self._world.clock.now())
        old = next(
            (row for row in self.of_tenant(tenant) if _of(row, app["client_id"], user)), None
        )
        row = old or {
            "id": self._world.new_guid(), "client_id": app["client_id"],
            "user": user["xero_userid"], "tenant": tenant, "created": now,
        }  # fmt: skip
        fresh = row | {"auth_event": event, "updated": now}
        self._world.store.put(EVERYWHERE, CONNECTION, row["id"], fresh)


@lru_cache(maxsize=1000)
def _claims(token: str) -> dict[str, Any]:
    """What an access token says; it comes with every call. Raises jwt.InvalidTokenError."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _end_of(token: str) -> str:
    return datetime.fromtimestamp(_claims(token)["exp"], UTC).strftime("%m/%d/%Y %H:%M:%S")


def _of(connection: Doc, client_id: str, user: Doc) -> bool:
    return bool(connection["client_id"] == client_id and connection["user"] == user["xero_userid"])


def _same(grant: Doc, client_id: str, user: Doc) -> bool:
    same_user: bool = grant["user"]["xero_userid"] == user["xero_userid"]
    return same_user and grant["client_id"] == client_id


def _seven_digits(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
