"""Intuit's OAuth 2.0 and OpenID server: consent, tokens, who signed in, which company."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from providers import exact
from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.http import Answer, Http
from providers.quickbooks import faults, identity
from providers.quickbooks.client import JSON, REQUEST_ID_HEADER, Client
from providers.quickbooks.organisation import name_of
from providers.tokens import Company, Identity, TokenSet, Vendor

DISCOVERY = "https://developer.intuit.com/.well-known/openid_configuration/"
"""Endpoints come from here, as Intuit's publishing requirements ask."""
SIGN_IN_SCOPES = ("openid", "profile", "email")
CONNECT_SCOPES = ("com.intuit.quickbooks.accounting", *SIGN_IN_SCOPES)
HARD_EXPIRY_HEADER = "x-include-refresh-token-hard-expires-in"
"""Without it the token server does not tell when the refresh token dies for good (5 years)."""
ROTATION_GRACE = timedelta(hours=24)
"""For how long the replaced refresh token still works (Intuit's FAQ on refresh tokens)."""
LIFETIME_SECONDS_MAX = 10 * 366 * 86_400
FORM = "application/x-www-form-urlencoded"
PLACES = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint",
          "revocation_endpoint", "jwks_uri")  # fmt: skip

_discovered: dict[str, Mapping[str, str]] = {}


class IntuitAuthority:
    """An Authority. `now` tells aware UTC; lifetimes are counted from before the request."""

    grace = ROTATION_GRACE

    def __init__(self, vendor: Vendor, http: Http, now: Callable[[], datetime]) -> None:
        self._vendor = vendor
        self._http = http
        self._now = now

    def authorize_url(self, *, redirect_uri: str, state: str, nonce: str, connect: bool) -> str:
        """Where to send the browser; with `connect` the person also picks a company."""
        asked = {
            "client_id": self._vendor.client_id, "response_type": "code",
            "scope": " ".join(CONNECT_SCOPES if connect else SIGN_IN_SCOPES),
            "redirect_uri": redirect_uri, "state": state, "nonce": nonce,
        }  # fmt: skip
        return f"{self._place('authorization_endpoint')}?{urlencode(asked)}"

    def exchange(self, *, code: str, redirect_uri: str) -> TokenSet:
        """Raises Refused where the code is no good, TryLater where Intuit does not answer."""
        return self._tokens(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        )

    def refresh(self, refresh_token: str) -> TokenSet:
        """Raises Reconnect where the refresh token is dead. Within about a day Intuit hands back
        the same refresh token; always store the one that came."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, refresh_token: str) -> None:
        """End the whole connection; a token that is dead already is no error."""
        body = json.dumps({"token": refresh_token}).encode()
        answer = self._http.call(
            "quickbooks.oauth.revoke", "POST", self._place("revocation_endpoint"),
            headers=self._basic() | {"Content-Type": JSON, "Accept": JSON}, body=body,
        )  # fmt: skip
        if answer.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
            raise _refusal("quickbooks.oauth.revoke", answer)

    def identify(self, tokens: TokenSet, nonce: str) -> Identity:
        """Who signed in, from the signed id token; the e-mail address from userinfo."""
        subject = identity.subject_of(
            tokens.id_token, keys=lambda: self._get("jwks", self._place("jwks_uri")),
            issuer=self._place("issuer"), audience=self._vendor.client_id, nonce=nonce,
            now=self._now(),
        )  # fmt: skip
        told = self._get("userinfo", self._place("userinfo_endpoint"), tokens.access_token)
        return identity.person_of(told, subject)

    def companies(self, tokens: TokenSet, hint: str) -> Sequence[Company]:
        """The one company of this consent. `hint` (realmId) comes through the browser, so it
        counts only once these tokens have read that company."""
        if not (hint.isascii() and hint.isdigit()):
            return ()
        client = Client(self._vendor, self._http, _Fixed(tokens.access_token), hint)
        try:
            company = client.read(f"companyinfo/{hint}").get("CompanyInfo") or {}
        except Reconnect as error:
            raise Refused(
                "this permission does not reach the company that the address names",
                code="other company", request_id=error.request_id,
            ) from error  # fmt: skip
        return (Company(hint, name_of(company)),)

    def release(self, tokens: TokenSet, company: Company) -> None:  # noqa: ARG002
        """One consent is one company, so giving it up ends the consent."""
        self.revoke(tokens.refresh_token)

    def _tokens(self, form: Mapping[str, str]) -> TokenSet:
        asked_at = self._now()
        answer = self._http.call(
            "quickbooks.oauth.token", "POST", self._place("token_endpoint"),
            headers=self._basic()
            | {"Content-Type": FORM, "Accept": JSON, HARD_EXPIRY_HEADER: "true"},
            body=urlencode(form).encode(),
        )  # fmt: skip
        if answer.status != HTTPStatus.OK:
            raise _refusal("quickbooks.oauth.token", answer, refreshes="refresh_token" in form)
        return _token_set(_object("quickbooks.oauth.token", answer), asked_at)

    def _basic(self) -> dict[str, str]:
        pair = f"{self._vendor.client_id}:{self._vendor.client_secret}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _place(self, name: str) -> str:
        """An address from the discovery document, fetched once in the life of the process."""
        url = self._vendor.bases.get("discovery", DISCOVERY)
        if url not in _discovered:
            doc = self._get("discovery", url)
            if missing := [place for place in PLACES if not isinstance(doc.get(place), str)]:
                raise TryLater(
                    f"the discovery document lacks {', '.join(missing)}", wait=faults.TROUBLE_WAIT
                )
            _discovered[url] = {place: doc[place] for place in PLACES}
        return _discovered[url][name]

    def _get(self, what: str, url: str, access_token: str = "") -> dict[str, Any]:
        kind = f"quickbooks.oauth.{what}"
        headers = {"Accept": JSON}
        if access_token:
            headers["Authorization"] = f"Bearer {access_token}"
        answer = self._http.call(kind, "GET", url, headers=headers)
        if answer.status != HTTPStatus.OK:
            raise _refusal(kind, answer)
        return _object(kind, answer)


class _Fixed:
    """Access to nothing but the token just received."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def token(self) -> str:
        return self._access_token

    def renew(self, rejected: str) -> str:  # noqa: ARG002
        raise Reconnect("the token just received was rejected")


def _token_set(doc: Mapping[str, Any], asked_at: datetime) -> TokenSet:
    try:
        hard = doc.get("x_refresh_token_hard_expires_in")
        return TokenSet(
            access_token=_filled(doc["access_token"]),
            refresh_token=_filled(doc["refresh_token"]),
            access_until=asked_at + _lifetime(doc["expires_in"]),
            refresh_until=asked_at + _lifetime(doc["x_refresh_token_expires_in"]),
            hard_until=None if hard is None else asked_at + _lifetime(hard),
            id_token=str(doc.get("id_token") or ""),
        )
    except (KeyError, ValueError) as error:
        raise Refused(f"Intuit's token answer is not whole: {error}", code="bad tokens") from None


def _filled(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an empty token")
    return value


def _lifetime(seconds: object) -> timedelta:
    told = str(seconds)
    if not told.isdecimal() or not 0 < int(told) <= LIFETIME_SECONDS_MAX:
        raise ValueError("a lifetime that is none")
    return timedelta(seconds=int(told))


def _refusal(kind: str, answer: Answer, *, refreshes: bool = False) -> LedgerError:
    """What Intuit's no means; the answer's own text is not passed on, it may quote a token."""
    tid = answer.request_id or answer.headers.get(REQUEST_ID_HEADER, "")
    code = _error_code(answer)
    said = f"{kind}: HTTP status {answer.status} {code}".strip()
    if code == "invalid_grant" and refreshes:
        return Reconnect(said, request_id=tid)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(said, wait=faults.THROTTLE_WAIT, request_id=tid)
    if not HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(said, wait=faults.TROUBLE_WAIT, request_id=tid)
    return Refused(said, code=code or str(answer.status), request_id=tid)


def _error_code(answer: Answer) -> str:
    try:
        doc = exact.load(answer.body)
    except ValueError:
        return ""
    code = doc.get("error") if isinstance(doc, dict) else ""
    return code if isinstance(code, str) and code.isidentifier() else ""


def _object(kind: str, answer: Answer) -> dict[str, Any]:
    try:
        doc = exact.load(answer.body)
    except ValueError:
        doc = None
    if not isinstance(doc, dict):
        raise TryLater(f"{kind}: the answer is not whole JSON", wait=faults.TROUBLE_WAIT)
    return doc
