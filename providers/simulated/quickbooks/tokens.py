"""The token server: discovery, tokens, revocation, who signed in, and the signing keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import Authorization

from providers.simulated.identity import Denied, Lifetimes, TokenDesk
from providers.simulated.quickbooks.people import People
from providers.simulated.store import Doc
from providers.simulated.world import World

LIFETIMES = Lifetimes(
    code=timedelta(minutes=10),
    access=timedelta(seconds=3600),
    refresh_idle=timedelta(seconds=8_726_400),
    rotate_after=timedelta(hours=24),
    grace=timedelta(hours=24),
    hard=timedelta(days=5 * 365),
)
HARD_LIMIT_HEADER = "x-include-refresh-token-hard-expires-in"
DISCOVERY_PATHS = (
    "/.well-known/openid_configuration", "/.well-known/openid_configuration/",
    "/.well-known/openid_sandbox_configuration", "/.well-known/openid_sandbox_configuration/",
)  # fmt: skip
AUTHORIZE_PATH = "/connect/oauth2"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
USERINFO_PATH = "/v1/openid_connect/userinfo"
JWKS_PATH = "/op/v1/jwks"
ISSUER_PATH = "/op/v1"
KINDS = dict.fromkeys(DISCOVERY_PATHS, "discovery") | {
    TOKEN_PATH: "token", REVOKE_PATH: "revoke", USERINFO_PATH: "userinfo", JWKS_PATH: "jwks"
}  # fmt: skip


def token_server(world: World, desk: TokenDesk, people: People) -> Blueprint:
    server = _TokenServer(world, desk, people)
    pages = Blueprint("tokens", __name__)
    for number, path in enumerate(DISCOVERY_PATHS):
        pages.add_url_rule(path, f"discovery{number}", server.discovery)
    pages.add_url_rule(TOKEN_PATH, "token", server.token, methods=["POST"])
    pages.add_url_rule(REVOKE_PATH, "revoke", server.revoke, methods=["POST"])
    pages.add_url_rule(USERINFO_PATH, "userinfo", server.userinfo)
    pages.add_url_rule(JWKS_PATH, "jwks", lambda: jsonify(desk.jwks()))
    return pages


class _TokenServer:
    def __init__(self, world: World, desk: TokenDesk, people: People) -> None:
        self._world = world
        self._desk = desk
        self._people = people

    def discovery(self) -> Response:
        host = request.host_url.rstrip("/")
        return jsonify({
            "issuer": host + ISSUER_PATH,
            "authorization_endpoint": host + AUTHORIZE_PATH,
            "token_endpoint": host + TOKEN_PATH,
            "userinfo_endpoint": host + USERINFO_PATH,
            "revocation_endpoint": host + REVOKE_PATH,
            "jwks_uri": host + JWKS_PATH,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        })  # fmt: skip

    def token(self) -> tuple[Response, int]:
        app = self._client()
        if app is None:
            return _error("invalid_client", "Client authentication failed"), 401
        try:
            return jsonify(self._tokens(app)), 200
        except Denied as denied:
            return _error(denied.error, denied.description), 400

    def revoke(self) -> tuple[Response, int]:
        if self._client() is None:
            return _error("invalid_client", "Client authentication failed"), 401
        body = request.get_json(silent=True) or request.form
        if self._desk.revoke(str(body.get("token") or "")) is None:
            return _error("invalid_request", "Invalid token"), 400
        return Response(), 200

    def userinfo(self) -> tuple[Response, int]:
        try:
            grant, expired = self._desk.check_access(bearer())
        except KeyError:
            return _error("invalid_token", "The access token is unknown"), 401
        if expired or "openid" not in grant["scopes"]:
            return _error("invalid_token", "The access token cannot be used for this"), 401
        user = self._people.by_subject(grant["user"]["sub"])
        facts: Doc = {"sub": user["sub"]}
        given, _, family = str(user["name"]).partition(" ")
        if "email" in grant["scopes"]:
            facts |= {"email": user["email"], "emailVerified": user["email_verified"]}
        if "profile" in grant["scopes"]:
            facts |= {"givenName": given, "familyName": family}
        return jsonify(facts), 200

    def _tokens(self, app: Doc) -> Doc:
        kind = request.form.get("grant_type", "")
        if kind == "authorization_code":
            grant, code = self._desk.redeem_code(
                app, request.form.get("code", ""), request.form.get("redirect_uri", "")
            )
            self._end_others(grant)
            answer = self._answer(grant, self._desk.new_refresh(grant))
            if "openid" in grant["scopes"]:
                answer["id_token"] = self._id_token(grant, str(code["nonce"]))
            return answer
        if kind == "refresh_token":
            grant, refresh = self._desk.refresh(app, request.form.get("refresh_token", ""))
            return self._answer(grant, refresh)
        raise Denied("unsupported_grant_type", f"grant_type {kind} is not supported")

    def _end_others(self, grant: Doc) -> None:
        """An app has one connection to a company: a new one ends the one before."""
        for other in self._desk.grants():
            same = other["client_id"] == grant["client_id"] and other["id"] != grant["id"]
            if same and set(other["companies"]) & set(grant["companies"]):
                self._desk.save_grant(other | {"revoked": True})

    def _answer(self, grant: Doc, refresh: str) -> Doc:
        hard_until = datetime.fromisoformat(grant["created"]) + timedelta(days=5 * 365)
        hard_seconds = int((hard_until - self._world.clock.now()).total_seconds())
        idle_seconds = int(LIFETIMES.refresh_idle.total_seconds())
        answer: Doc = {
            "token_type": "bearer",
            "access_token": self._desk.new_access(grant),
            "expires_in": int(LIFETIMES.access.total_seconds()),
            "refresh_token": refresh,
            "x_refresh_token_expires_in": min(idle_seconds, hard_seconds),
        }
        if request.headers.get(HARD_LIMIT_HEADER, "").lower() == "true":
            answer["x_refresh_token_hard_expires_in"] = hard_seconds
        return answer

    def _id_token(self, grant: Doc, nonce: str) -> str:
        now = int(self._world.clock.now().timestamp())
        claims: dict[str, Any] = {
            "sub": grant["user"]["sub"], "aud": [grant["client_id"]],
            "iss": request.host_url.rstrip("/") + ISSUER_PATH,
            "auth_time": now, "iat": now, "exp": now + 3600,
        }  # fmt: skip
        if grant["companies"]:
            claims["realmid"] = grant["companies"][0]
        if nonce:
            claims["nonce"] = nonce
        return self._desk.id_token(claims)

    def _client(self) -> Doc | None:
        """The app that the request comes from, if its secret is right."""
        sent: Authorization | None = request.authorization
        id_, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
        if sent is not None and sent.type == "basic":
            id_, secret = str(sent.username), str(sent.password)
        for app in self._world.apps("quickbooks"):
            if app["client_id"] == id_ and app["client_secret"] == secret:
                return app
        return None


def bearer() -> str:
    """The access token of the request, empty if it has none."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def _error(error: str, description: str) -> Response:
    return jsonify({"error": error, "error_description": description})
