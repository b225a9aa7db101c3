"""Who signed in: Xero's ID token, believed only after every check of OpenID Connect."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from providers.errors import Refused
from providers.tokens import Identity
from providers.xero import wire
from providers.xero.wire import Json

ALGORITHM = "RS256"
LEEWAY_SECONDS = 120
CHECKED_HERE: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
"""By our own clock, not by that of this machine."""
REQUIRED = ["iss", "aud", "sub", "exp", "iat"]


def identity_of(
    id_token: str, *, keys: Json, issuer: str, audience: str, nonce: str, now: datetime
) -> Identity:
    """The person named by an ID token (OpenID Connect Core 3.1.3.7). Raises Refused.

    `keys` is the issuer's key set, `now` an aware UTC moment; `nonce` is the one that we sent.
    Xero verifies addresses itself (Sign in with Xero page) and sends no claim about it; one that
    says no is believed.
    """
    try:
        claims = _claims(id_token, keys, issuer=issuer, audience=audience)
    except jwt.PyJWTError as error:
        raise Refused(f"the ID token proves nobody: {error}", code="id_token") from error
    if not claims["iat"] - LEEWAY_SECONDS <= now.timestamp() < claims["exp"] + LEEWAY_SECONDS:
        raise Refused("the ID token is not valid at this time", code="id_token")
    if not nonce or not hmac.compare_digest(wire.text(claims, "nonce").encode(), nonce.encode()):
        raise Refused("the ID token answers another sign-in", code="id_token")
    email = wire.text(claims, "email")
    name = wire.text(claims, "name") or " ".join(
        filter(None, (wire.text(claims, "given_name"), wire.text(claims, "family_name")))
    )
    return Identity(
        subject=wire.text(claims, "sub"),
        email=email,
        email_verified=bool(email) and claims.get("email_verified") not in (False, "false"),
        name=name,
    )


def _claims(id_token: str, keys: Json, *, issuer: str, audience: str) -> dict[str, Any]:
    wanted = jwt.get_unverified_header(id_token).get("kid")
    known = jwt.PyJWKSet.from_dict(keys).keys
    key = next((it for it in known if it.key_id == wanted), None)
    if key is None:
        raise jwt.InvalidTokenError("signed with a key that Xero does not publish")
    claims: dict[str, Any] = jwt.decode(
        id_token, key, algorithms=[ALGORITHM], issuer=issuer, audience=audience,
        options={"require": REQUIRED, **CHECKED_HERE},
    )  # fmt: skip
    if not all(isinstance(claims[name], int | float) for name in ("iat", "exp")):
        raise jwt.InvalidTokenError("'iat' and 'exp' are no times")
    return claims
