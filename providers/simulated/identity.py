"""Codes, tokens and sign-in, as both vendors keep them; what differs is in `Lifetimes`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """`rotate_after` is the age at which a refresh hands out a new refresh token; the old one
    then works for `grace` more."""

    code: timedelta
    access: timedelta
    refresh_idle: timedelta
    rotate_after: timedelta
    grace: timedelta
    hard: timedelta | None = None


class Denied(Exception):
    """The token server says no: `error` is its OAuth 2.0 error code."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class TokenDesk:
    """Hands out and takes back codes and tokens for one vendor.

    A grant is one person's consent for one app: {id, client_id, user, scopes, companies, revoked}.
    """

    def __init__(self, world: World, product: str, lifetimes: Lifetimes) -> None:
        self._world = world
        self._product = product
        self.lifetimes = lifetimes

    def grant(self, app: Doc, user: Doc, scopes: Sequence[str], companies: Sequence[str]) -> Doc:
        doc = {
            "id": secrets.token_hex(16), "client_id": app["client_id"], "user": user,
            "scopes": list(scopes), "companies": list(companies), "revoked": False,
            "created": self._now().isoformat(),
        }  # fmt: skip
        self.save_grant(doc)
        return doc

    def save_grant(self, grant: Doc) -> None:
        self._put("grant", grant["id"], grant)

    def grants(self) -> list[Doc]:
        """The grants that are not revoked."""
        rows = self._world.store.all(EVERYWHERE, self._kind("grant"))
        return [grant for grant in rows if not grant["revoked"]]

    def issue_code(self, grant: Doc, *, redirect_uri: str, nonce: str, challenge: str = "") -> str:
        code = secrets.token_urlsafe(32)
        self._put("code", code, {
            "grant": grant["id"], "redirect_uri": redirect_uri, "nonce": nonce,
            "challenge": challenge, "until": (self._now() + self.lifetimes.code).isoformat(),
        })  # fmt: skip
        return code

    def redeem_code(self, app: Doc, code: str, redirect_uri: str) -> tuple[Doc, Doc]:
        """The grant and the code's own record; a code is good once. Raises Denied."""
        with self._world.store.transaction():
            row = self._get("code", code)
            if row is None:
                raise Denied("invalid_grant", "Invalid authorization code")
            self._world.store.delete(EVERYWHERE, self._kind("code"), code)
        grant = self._get("grant", row["grant"])
        if grant is None or grant["revoked"] or grant["client_id"] != app["client_id"]:
            raise Denied("invalid_grant", "Invalid authorization code")
        if self._past(row["until"]) or row["redirect_uri"] != redirect_uri:
            raise Denied("invalid_grant", "Invalid authorization code")
        return grant, row

    def new_refresh(self, grant: Doc) -> str:
        token = secrets.token_urlsafe(40)
        now = self._now()
        self._put("refresh", token, {
            "grant": grant["id"], "born": now.isoformat(),
            "until": (now + self.lifetimes.refresh_idle).isoformat(), "replaced_by": "",
        })  # fmt: skip
        return token

    def new_access(self, grant: Doc) -> str:
        token = secrets.token_urlsafe(40)
        until = self._now() + self.lifetimes.access
        self._put("access", token, {"grant": grant["id"], "until": until.isoformat()})
        return token

    def refresh(self, app: Doc, token: str) -> tuple[Doc, str]:
        """The grant and the refresh token to use from now on. Raises Denied."""
        with self._world.store.transaction():
            row = self._get("refresh", token)
            grant = self._get("grant", row["grant"]) if row else None
            if row is None or grant is None or grant["revoked"] or self._past(row["until"]):
                raise Denied("invalid_grant", "Incorrect or invalid refresh token")
            if grant["client_id"] != app["client_id"] or self._over_hard_limit(grant):
                raise Denied("invalid_grant", "Incorrect or invalid refresh token")
            now = self._now()
            if row["replaced_by"]:
                return grant, str(row["replaced_by"])
            if now - datetime.fromisoformat(row["born"]) < self.lifetimes.rotate_after:
                idle = (now + self.lifetimes.refresh_idle).isoformat()
                self._put("refresh", token, row | {"until": idle})
                return grant, token
            fresh = self.new_refresh(grant)
            until = (now + self.lifetimes.grace).isoformat()
            self._put("refresh", token, row | {"replaced_by": fresh, "until": until})
            return grant, fresh

    def check_access(self, token: str) -> tuple[Doc, bool]:
        """The grant of an access token, and whether the token has expired. Raises KeyError."""
        row = self._get("access", token)
        if row is None:
            raise KeyError(token)
        grant = self._get("grant", row["grant"])
        if grant is None or grant["revoked"]:
            raise KeyError(token)
        return grant, self._past(row["until"])

    def revoke(self, token: str) -> Doc | None:
        """End the grant that a refresh or access token belongs to; returns it, if there was one."""
        row = self._get("refresh", token) or self._get("access", token)
        grant = self._get("grant", row["grant"]) if row else None
        if grant:
            self.save_grant(grant | {"revoked": True})
        return grant

    def id_token(self, claims: dict[str, Any]) -> str:
        """A JWT signed with RS256 by this vendor's key."""
        key = self._key()
        private = _loaded(key["private"])
        return jwt.encode(claims, private, algorithm="RS256", headers={"kid": key["kid"]})

    def jwks(self) -> dict[str, Any]:
        private = _loaded(self._key()["private"])
        algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
        jwk: dict[str, Any] = algorithm.to_jwk(private.public_key(), as_dict=True)
        return {"keys": [jwk | {"kid": self._key()["kid"], "use": "sig", "alg": "RS256"}]}

    def _key(self) -> Doc:
        key = self._get("key", "signing")
        if key is None:
            key = {"kid": secrets.token_hex(8), "private": _made(self._product)}
            self._put("key", "signing", key)
        return key

    def _over_hard_limit(self, grant: Doc) -> bool:
        hard = self.lifetimes.hard
        return bool(hard) and self._now() > datetime.fromisoformat(grant["created"]) + (
            hard or timedelta(0)
        )

    def _past(self, moment: str) -> bool:
        return self._now() >= datetime.fromisoformat(moment)

    def _now(self) -> datetime:
        return self._world.clock.now()

    def _kind(self, kind: str) -> str:
        return f"{kind}.{self._product}"

    def _get(self, kind: str, id_: str) -> Doc | None:
        return self._world.store.get(EVERYWHERE, self._kind(kind), id_)

    def _put(self, kind: str, id_: str, doc: Doc) -> None:
        self._world.store.put(EVERYWHERE, self._kind(kind), id_, doc)


@cache
def _made(_product: str) -> str:
    """A vendor's private key as PEM, the same in all worlds of a process: to make one takes as long
    as twenty calls."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@cache
def _loaded(pem: str) -> rsa.RSAPrivateKey:
    private = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private
