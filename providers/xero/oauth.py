"""Xero as an OAuth 2.0 authority: consent, tokens, and the organisations that they reach."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.http import Answer, Http
from providers.tokens import Company, Identity, TokenSet, Vendor
from providers.xero import wire
from providers.xero.answers import TROUBLE_WAIT, error_of
from providers.xero.client import API
from providers.xero.signin import identity_of
from providers.xero.wire import Json

LOGIN = "https://login.xero.com"
IDENTITY = "https://identity.xero.com"
SIGN_IN_SCOPES = ("openid", "profile", "email")
SCOPES = (
    *SIGN_IN_SCOPES,
    "offline_access",
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.contacts",
    "accounting.settings.read",
    "accounting.reports.aged.read",
    "accounting.attachments.read",
)
"""Granular scopes, the only ones a new app can get; the README says what each is for."""
RELEASED = (HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND)
REFRESH_IDLE = timedelta(days=60)
DISCOVERY_PATH = "/.well-known/openid-configuration"
EVENT_CLAIM = "authentication_event_id"


class XeroAuthority:
    """The sign-in service and the list of connections. Xero, OAuth 2.0 and FAQ pages.

    `now` gives an aware UTC moment.
    """

    grace = timedelta(minutes=30)

    def __init__(self, vendor: Vendor, http: Http, now: Callable[[], datetime]) -> None:
        self._vendor = vendor
        self._http = http
        self._now = now
        self._login = vendor.bases.get("login", LOGIN).rstrip("/")
        self._identity = vendor.bases.get("identity", IDENTITY).rstrip("/")
        self._api = vendor.bases.get("api", API).rstrip("/")

    def authorize_url(self, *, redirect_uri: str, state: str, nonce: str, connect: bool) -> str:
        query = {
            "response_type": "code",
            "client_id": self._vendor.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES if connect else SIGN_IN_SCOPES),
            "state": state,
            "nonce": nonce,
        }
        return f"{self._login}/identity/connect/authorize?{urlencode(query, quote_via=quote)}"

    def exchange(self, *, code: str, redirect_uri: str) -> TokenSet:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(form)

    def refresh(self, refresh_token: str) -> TokenSet:
        """A new pair. If the answer is lost, the old refresh token works for `grace` longer."""
        try:
            return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})
        except Refused as error:
            if error.code != "invalid_grant":
                raise
            raise Reconnect(str(error), request_id=error.request_id) from error

    def revoke(self, refresh_token: str) -> None:
        """End the tokens. Xero also removes all connections that this person gave this app."""
        answer = self._post("revoke", "/connect/revocation", {"token": refresh_token})
        if answer.status != HTTPStatus.OK:
            raise _oauth_error("revoke", answer)

    def identify(self, tokens: TokenSet, nonce: str) -> Identity:
        """Who signed in, from the signed ID token. Raises Refused if it proves nobody."""
        discovery = self._get_json("discovery", self._identity + DISCOVERY_PATH)
        keys = self._get_json("jwks", wire.text(discovery, "jwks_uri"))
        return identity_of(
            tokens.id_token,
            keys=keys,
            issuer=wire.text(discovery, "issuer"),
            audience=self._vendor.client_id,
            nonce=nonce,
            now=self._now(),
        )

    def companies(self, tokens: TokenSet, hint: str = "") -> Sequence[Company]:
        """The organisations chosen in the consent that these tokens came from.

        One person's tokens reach every organisation ever chosen, so the latest consent is told
        apart by its authEventId: `hint`, or what the access token names, or that of the
        connection updated last.
        """
        event = hint or _event_of(tokens.access_token)
        found = [
            it for it in self._connections(tokens, event)
            if wire.text(it, "tenantType").upper() == "ORGANISATION"
        ]  # fmt: skip
        if not event and found:
            latest = max(found, key=lambda it: wire.moment_of(it, "updatedDateUtc"))
            event = wire.text(latest, "authEventId")
            found = [it for it in found if wire.text(it, "authEventId") == event]
        return [
            Company(wire.text(it, "tenantId"), wire.text(it, "tenantName"), wire.text(it, "id"))
            for it in found
        ]

    def release(self, tokens: TokenSet, company: Company) -> None:
        """Disconnect one organisation; the others of the same tokens stay connected."""
        grant = company.grant_id or self._grant_of(tokens, company.id)
        if not grant:
            return
        kind = "xero.connections.delete"
        url = f"{self._api}/connections/{quote(grant, safe='')}"
        answer = self._http.call(kind, "DELETE", url, headers=_bearer(tokens))
        if answer.status not in RELEASED:
            raise error_of(kind, answer, writes=False)

    def _grant_of(self, tokens: TokenSet, company_id: str) -> str:
        connections = self._connections(tokens, "")
        mine = (it for it in connections if wire.text(it, "tenantId") == company_id)
        return next((wire.text(it, "id") for it in mine), "")

    def _connections(self, tokens: TokenSet, event: str) -> list[Json]:
        kind = "xero.connections.read"
        answer = self._http.call(
            kind, "GET", f"{self._api}/connections", headers=_bearer(tokens),
            params={"authEventId": event} if event else {},
        )  # fmt: skip
        if answer.status != HTTPStatus.OK:
            raise error_of(kind, answer, writes=False)
        return wire.items(_object(kind, b'{"list":' + answer.body + b"}"), "list")

    def _tokens(self, form: dict[str, str]) -> TokenSet:
        asked_at = self._now()
        answer = self._post("token", "/connect/token", form)
        if answer.status != HTTPStatus.OK:
            raise _oauth_error("token", answer)
        said = _object("token", answer.body)
        access, refresh = wire.text(said, "access_token"), wire.text(said, "refresh_token")
        if not access:
            raise TryLater("xero.oauth.token: the answer holds no token", wait=TROUBLE_WAIT)
        return TokenSet(
            access_token=access,
            refresh_token=refresh,
            access_until=asked_at + timedelta(seconds=int(wire.amount(said, "expires_in"))),
            refresh_until=asked_at + REFRESH_IDLE,
            id_token=wire.text(said, "id_token"),
        )

    def _post(self, name: str, path: str, form: dict[str, str]) -> Answer:
        pair = f"{self._vendor.client_id}:{self._vendor.client_secret}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self._http.call(
            f"xero.oauth.{name}", "POST", self._identity + path,
            headers=headers, body=urlencode(form).encode(),
        )  # fmt: skip

    def _get_json(self, name: str, url: str) -> Json:
        kind = f"xero.oauth.{name}"
        answer = self._http.call(kind, "GET", url, headers={"Accept": "application/json"})
        if answer.status != HTTPStatus.OK:
            raise error_of(kind, answer, writes=False)
        return _object(kind, answer.body)


def _bearer(tokens: TokenSet) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.access_token}", "Accept": "application/json"}


def _event_of(access_token: str) -> str:
    """The consent that a token came from. Xero reads its own token; here it is only a filter."""
    try:
        claims: dict[str, Any] = jwt.decode(access_token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return wire.text(claims, EVENT_CLAIM)


def _oauth_error(name: str, answer: Answer) -> LedgerError:
    """RFC 6749 5.2: an error code in a 400 or 401; anything else passes."""
    kind = f"xero.oauth.{name}"
    if answer.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
        return error_of(kind, answer, writes=False)
    try:
        said = wire.parse(answer.body)
    except ValueError:
        said = {}
    code = wire.text(said, "error") or str(answer.status)
    return Refused(f"{kind}: {code} {wire.text(said, 'error_description')}".strip(), code=code)


def _object(kind: str, body: bytes) -> Json:
    try:
        return wire.parse(body)
    except ValueError as error:
        raise TryLater(f"{kind}: the answer is no whole JSON", wait=TROUBLE_WAIT) from error
