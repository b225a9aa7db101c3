"""Sign-in at Xero: consent, tokens, revocation and OpenID Connect."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from providers.simulated.identity import Denied
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero import pages, wire
from providers.simulated.xero.books import ORGANISATION
from providers.simulated.xero.grants import ACCESS_SECONDS, SCOPES, Grants

USER = "user.xero"
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
         "code_challenge", "code_challenge_method")  # fmt: skip


class SignIn:
    def __init__(self, world: World, grants: Grants) -> None:
        self._world = world
        self._grants = grants

    def authorize(self, request: Request) -> Response:
        asked = {name: request.values.get(name, "") for name in ASKED}
        try:
            app = self._asking(asked)
        except Denied as denied:
            return html(pages.error(denied.error, denied.description), 400)
        if request.method == "POST" and request.form.get("decision") == "cancel":
            return _back(asked, {"error": "access_denied"})
        if request.method == "POST":
            return self._allow(request, app, asked)
        return self._page(app, asked)

    def token(self, request: Request) -> Response:
        try:
            app = self._authenticate(request)
            return self._granted(request, app)
        except Denied as denied:
            return answer({"error": denied.error}, 400)

    def revocation(self, request: Request) -> Response:
        try:
            self._authenticate(request)
        except Denied as denied:
            return answer({"error": denied.error}, 400)
        self._grants.revoke(request.form.get("token", ""))
        return Response("", 200)

    def discovery(self, request: Request) -> Response:
        host = request.host_url.rstrip("/")
        return answer({
            "issuer": host, "authorization_endpoint": f"{host}/identity/connect/authorize",
            "token_endpoint": f"{host}/connect/token",
            "revocation_endpoint": f"{host}/connect/revocation",
            "userinfo_endpoint": f"{host}/connect/userinfo",
            "jwks_uri": f"{host}/.well-known/openid-configuration/jwks",
            "scopes_supported": sorted(SCOPES), "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        })  # fmt: skip

    def jwks(self) -> Response:
        return answer(self._grants.desk.jwks())

    def userinfo(self, request: Request) -> Response:
        caller = self._grants.caller(request.headers.get("Authorization", ""))
        user = {name: value for name, value in caller.grant["user"].items() if name != "tenants"}
        return answer(user)

    def _asking(self, asked: dict[str, str]) -> Doc:
        app = self._world.store.get(EVERYWHERE, "app", asked["client_id"])
        if app is None or app["product"] != "xero":
            raise Denied("unauthorized_client", "Unknown client")
        if asked["redirect_uri"] not in app["redirect_uris"]:
            raise Denied("invalid_request", "Invalid redirect_uri")
        if asked["response_type"] != "code":
            raise Denied("unsupported_response_type", "response_type must be code")
        if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
            raise Denied("invalid_request", "code_challenge_method must be S256")
        unknown = [scope for scope in asked["scope"].split() if scope not in SCOPES]
        if unknown or not asked["scope"].strip():
            raise Denied("invalid_scope", f"Invalid scope for client: {' '.join(unknown)}")
        return app

    def _page(self, app: Doc, asked: dict[str, str], *, trouble: str = "") -> Response:
        users = self._world.store.all(EVERYWHERE, USER)
        organisations = [
            self._world.store.all(tenant, ORGANISATION)[0]
            for tenant in self._world.store.companies(ORGANISATION)
        ]
        hidden = [(name, value) for name, value in asked.items() if value]
        shown = pages.consent(
            app["name"], asked["scope"].split(), users, organisations, hidden, trouble=trouble
        )
        page = html(shown, 400 if trouble else 200)
        page.headers["X-Frame-Options"] = "DENY"
        return page

    def _allow(self, request: Request, app: Doc, asked: dict[str, str]) -> Response:
        user = self._world.store.get(EVERYWHERE, USER, request.form.get("user", ""))
        tenants = request.form.getlist("tenant")
        if user is None or not tenants:
            return self._page(app, asked, trouble="Choose who you are and an organisation.")
        strange = [tenant for tenant in tenants if tenant not in user["tenants"]]
        if strange:
            trouble = f"{user['name']} does not belong to every organisation that was ticked."
            return self._page(app, asked, trouble=trouble)
        grant = self._grants.consent(app, user, asked["scope"].split(), tenants)
        code = self._grants.desk.issue_code(
            grant, redirect_uri=asked["redirect_uri"], nonce=asked["nonce"],
            challenge=asked["code_challenge"],
        )  # fmt: skip
        return _back(asked, {"code": code, "scope": asked["scope"]})

    def _authenticate(self, request: Request) -> Doc:
        client, secret = _credentials(request)
        app = self._world.store.get(EVERYWHERE, "app", client)
        if app is None or app["product"] != "xero":
            raise Denied("invalid_client", "Unknown client")
        if not hmac.compare_digest((app.get("client_secret") or "").encode(), secret.encode()):
            raise Denied("invalid_client", "Wrong secret")
        return app

    def _granted(self, request: Request, app: Doc) -> Response:
        kind = request.form.get("grant_type", "")
        if kind == "authorization_code":
            return self._by_code(request, app)
        if kind == "refresh_token":
            return self._by_refresh(request, app)
        raise Denied("unsupported_grant_type", kind)

    def _by_code(self, request: Request, app: Doc) -> Response:
        form = request.form
        grant, row = self._grants.desk.redeem_code(
            app, form.get("code", ""), form.get("redirect_uri", "")
        )
        if row["challenge"] and _challenge(form.get("code_verifier", "")) != row["challenge"]:
            raise Denied("invalid_grant", "Wrong code verifier")
        refresh = ""
        if "offline_access" in grant["scopes"]:
            refresh = self._grants.desk.new_refresh(grant)
        return self._tokens(request, grant, refresh, nonce=row["nonce"])

    def _by_refresh(self, request: Request, app: Doc) -> Response:
        grant, token = self._grants.desk.refresh(app, request.form.get("refresh_token", ""))
        return self._tokens(request, grant, token, nonce="")

    def _tokens(self, request: Request, grant: Doc, refresh: str, *, nonce: str) -> Response:
        issuer = request.host_url.rstrip("/")
        access = self._grants.access_token(grant, issuer)
        tokens: Doc = {
            "access_token": access, "expires_in": ACCESS_SECONDS, "token_type": "Bearer",
            "scope": " ".join(grant["scopes"]),
        }  # fmt: skip
        if refresh:
            tokens["refresh_token"] = refresh
        if "openid" in grant["scopes"]:
            tokens["id_token"] = self._id_token(grant, issuer, nonce)
        return answer(tokens)

    def _id_token(self, grant: Doc, issuer: str, nonce: str) -> str:
        now = int(self._world.clock.now().timestamp())
        user, scopes = grant["user"], grant["scopes"]
        claims: Doc = {
            "nbf": now, "iat": now, "exp": now + 300, "auth_time": now, "iss": issuer,
            "aud": grant["client_id"], "sub": user["sub"], "xero_userid": user["xero_userid"],
        }  # fmt: skip
        if nonce:
            claims["nonce"] = nonce
        if "email" in scopes:
            claims["email"] = user["email"]
        if "profile" in scopes:
            names = ("given_name", "family_name", "name", "preferred_username")
            claims |= {name: user[name] for name in names}
        return self._grants.desk.id_token(claims)


def html(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/html")


def answer(document: object, status: int = 200) -> Response:
    return Response(wire.dump(document), status, mimetype="application/json")


def _back(asked: dict[str, str], more: dict[str, str]) -> Response:
    """Send the browser back to the app."""
    given = more | ({"state": asked["state"]} if asked["state"] else {})
    joiner = "&" if "?" in asked["redirect_uri"] else "?"
    location = f"{asked['redirect_uri']}{joiner}{urlencode(given)}"
    return Response("", 302, headers={"Location": location})


def _credentials(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(text).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Denied("invalid_client", "Unreadable credentials") from None
        return client, secret
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
