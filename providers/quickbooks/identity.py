"""Who signed in with Intuit: the id token checked, and the person's e-mail address."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from providers.errors import Refused
from providers.tokens import Identity

CLOCK_SKEW_MAX = timedelta(minutes=2)
ALGORITHM = "RS256"
CLAIMS = ("iss", "sub", "aud", "exp", "iat")

_keys: dict[tuple[str, str], jwt.PyJWK] = {}


def subject_of(
    id_token: str, *, keys: Callable[[], Mapping[str, Any]], issuer: str, audience: str,
    nonce: str, now: datetime,
) -> str:  # fmt: skip
    """Intuit's lasting id of the person. Raises Refused unless all of the token is right.

    Times are checked against `now`. Intuit's tokens do not always carry the nonce back
    (github.com/jumbojett/OpenID-Connect-PHP, issue 163): one that is there must be ours.
    """
    try:
        claims = jwt.decode(
            id_token, _key(id_token, issuer, keys), algorithms=[ALGORITHM], audience=audience,
            issuer=issuer, options={
                "require": list(CLAIMS), "verify_exp": False, "verify_iat": False,
                "verify_nbf": False,
            },
        )  # fmt: skip
        life_ends = int(claims["exp"]) + CLOCK_SKEW_MAX.total_seconds()
        life_starts = int(claims["iat"]) - CLOCK_SKEW_MAX.total_seconds()
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise _refused(type(error).__name__) from error
    if not life_starts <= now.timestamp() < life_ends:
        raise _refused("expired")
    if "nonce" in claims and not _same(str(claims["nonce"]), nonce):
        raise _refused("other nonce")
    if not claims["sub"]:
        raise _refused("no subject")
    return str(claims["sub"])


def person_of(told: Mapping[str, Any], subject: str) -> Identity:
    """The person as userinfo tells; it must be the one of the id token (OpenID Connect 5.3.2)."""
    if not _same(str(told.get("sub") or ""), subject):
        raise _refused("userinfo is about somebody else")
    names = [str(told.get(name) or "") for name in ("givenName", "familyName")]
    return Identity(
        subject=subject,
        email=str(told.get("email") or ""),
        email_verified=told.get("emailVerified") in (True, "true"),
        name=" ".join(filter(None, names)),
    )


def _key(id_token: str, issuer: str, keys: Callable[[], Mapping[str, Any]]) -> jwt.PyJWK:
    """The signing key that the token names, fetched anew when it is not known yet."""
    kid = str(jwt.get_unverified_header(id_token).get("kid", ""))
    if (issuer, kid) not in _keys:
        offered = jwt.PyJWKSet.from_dict(dict(keys()))
        _keys.update({(issuer, str(key.key_id)): key for key in offered.keys if key.key_id})
    return _keys[issuer, kid]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _refused(why: str) -> Refused:
    return Refused(f"the sign-in with Intuit cannot be trusted ({why})", code="bad identity")
