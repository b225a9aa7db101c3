from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.tokens import Company, Identity, TokenSet
from providers.xero.oauth import SCOPES, XeroAuthority
from tests.providers.xero.host import TENANT, Host, Reply

NOW = datetime(2026, 11, 21, 7, 36, 42, tzinfo=UTC)
KID = {"kid": "k1"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWK = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "k1"}
TOKENS = TokenSet("access-1", "refresh-1", NOW, NOW)


def authority(host: Host) -> XeroAuthority:
    return XeroAuthority(host.vendor, host.http(), lambda: NOW)


def claims(host: Host, **other: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    return {
        "iss": host.url, "aud": "app-1", "sub": "u1", "nonce": "n1", "iat": at, "nbf": at,
        "exp": at + 300, "email": "mia@books.example", "given_name": "Mia", "family_name": "Ross",
    } | other  # fmt: skip


def signed(said: dict[str, Any], key: Any = KEY, *, kid: str = "k1") -> str:
    return jwt.encode(said, key, algorithm="RS256", headers={"kid": kid})


def identify(host: Host, id_token: str, nonce: str = "n1") -> Identity:
    host.reply(Reply({"issuer": host.url, "jwks_uri": f"{host.url}/keys"}), Reply({"keys": [JWK]}))
    tokens = TokenSet("a", "r", NOW, NOW, id_token=id_token)
    return authority(host).identify(tokens, nonce)


def test_a_consent_asks_for_granular_scopes_only(host: Host) -> None:
    url = authority(host).authorize_url(
        redirect_uri="https://app.example/back", state="s1", nonce="n1", connect=True
    )
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    assert parts.path == "/identity/connect/authorize"
    assert asked["scope"] == [" ".join(SCOPES)]
    assert "accounting.transactions" not in SCOPES
    assert asked["redirect_uri"] == ["https://app.example/back"]
    assert (asked["state"], asked["nonce"]) == (["s1"], ["n1"])


def test_signing_in_asks_for_no_ledger(host: Host) -> None:
    url = authority(host).authorize_url(redirect_uri="x", state="s", nonce="n", connect=False)
    assert parse_qs(urlsplit(url).query)["scope"] == ["openid profile email"]


def test_a_code_is_exchanged_for_tokens(host: Host) -> None:
    host.reply(Reply({"access_token": "a", "refresh_token": "r", "expires_in": 1800,
                      "id_token": "i", "token_type": "Bearer"}))  # fmt: skip
    tokens = authority(host).exchange(code="c1", redirect_uri="https://app.example/back")
    assert tokens == TokenSet(
        "a", "r", NOW + timedelta(minutes=30), NOW + timedelta(days=60), None, "i"
    )
    (seen,) = host.seen
    assert (seen.method, seen.path) == ("POST", "/connect/token")
    assert seen.headers["authorization"] == "Basic " + base64.b64encode(b"app-1:secret-1").decode()
    assert dict(parse_qsl(seen.body.decode())) == {
        "grant_type": "authorization_code", "code": "c1",
        "redirect_uri": "https://app.example/back",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply({"error": "invalid_grant"}, 400), Reconnect),
        (Reply({"error": "invalid_client"}, 401), Refused),
        (Reply(b"<html>", 400), Refused),
        (Reply(b"", 429, {"Retry-After": "7"}), TryLater),
        (Reply(b"", 500), TryLater),
        (Reply(broken="reset"), TryLater),
        (Reply(b'{"access_tok', 200), TryLater),
        (Reply({}, 200), TryLater),
    ],
)
def test_a_refresh_that_fails_says_what_to_do_next(
    host: Host, reply: Reply, error: type[LedgerError]
) -> None:
    host.reply(reply)
    with pytest.raises(error):
        authority(host).refresh("refresh-1")
    assert len(host.seen) == 1
    assert XeroAuthority.grace == timedelta(minutes=30)


def test_a_spent_code_is_refused_and_not_a_reason_to_reconnect(host: Host) -> None:
    host.reply(Reply({"error": "invalid_grant"}, 400))
    with pytest.raises(Refused) as caught:
        authority(host).exchange(code="c1", redirect_uri="x")
    assert caught.value.code == "invalid_grant"


def test_tokens_are_revoked_by_the_refresh_token(host: Host) -> None:
    host.reply(Reply(b"", 200), Reply({"error": "invalid_client"}, 400))
    authority(host).revoke("refresh-1")
    assert (host.seen[0].path, host.seen[0].body) == ("/connect/revocation", b"token=refresh-1")
    with pytest.raises(Refused):
        authority(host).revoke("refresh-1")


def test_a_person_is_known_by_a_signed_id_token(host: Host) -> None:
    found = identify(host, signed(claims(host)))
    assert found == Identity("u1", "mia@books.example", True, "Mia Ross")
    assert [seen.path for seen in host.seen] == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize(
    "claim", [{"email_verified": False}, {"email_verified": "false"}, {"email": ""}]
)
def test_an_address_that_xero_did_not_verify_is_not_taken_for_verified(
    host: Host, claim: dict[str, Any]
) -> None:
    assert not identify(host, signed(claims(host, **claim))).email_verified


WRONG: dict[str, Callable[[Host], str]] = {
    "another key": lambda host: signed(claims(host), OTHER_KEY),
    "an unknown key": lambda host: signed(claims(host), kid="k2"),
    "another issuer": lambda host: signed(claims(host, iss="https://identity.example")),
    "another app": lambda host: signed(claims(host, aud="app-2")),
    "another sign-in": lambda host: signed(claims(host, nonce="n2")),
    "expired": lambda host: signed(claims(host, exp=int(NOW.timestamp()) - 121)),
    "from the future": lambda host: signed(claims(host, iat=int(NOW.timestamp()) + 121)),
    "no times": lambda host: signed(claims(host) | {"exp": None}),
    "times in words": lambda host: signed(claims(host) | {"exp": "later"}),
    "no subject": lambda host: signed({k: v for k, v in claims(host).items() if k != "sub"}),
    "unsigned": lambda host: jwt.encode(claims(host), "", algorithm="none", headers=KID),
    "signed with a shared secret": lambda host: jwt.encode(
        claims(host), "s" * 32, algorithm="HS256", headers={"kid": "k1"}
    ),
    "cut": lambda host: signed(claims(host))[:-9],
    "missing": lambda _host: "",
}  # fmt: skip


@pytest.mark.parametrize("how", WRONG)
def test_an_id_token_that_proves_nobody_is_refused(host: Host, how: str) -> None:
    with pytest.raises(Refused) as caught:
        identify(host, WRONG[how](host))
    assert caught.value.code == "id_token"


def test_a_sign_in_without_a_nonce_is_refused(host: Host) -> None:
    with pytest.raises(Refused, match="another sign-in"):
        identify(host, signed(claims(host) | {"nonce": ""}), nonce="")


def test_without_xeros_keys_nobody_is_known_and_it_can_be_tried_later(host: Host) -> None:
    host.reply(Reply(b"", 503))
    with pytest.raises(TryLater):
        authority(host).identify(TokenSet("a", "r", NOW, NOW, id_token="x.y.z"), "n1")


def connection(number: int, event: str, updated: str, kind: str = "ORGANISATION") -> dict[str, str]:
    return {
        "id": f"g{number}", "tenantId": f"t{number}", "tenantName": f"Org {number}",
        "tenantType": kind, "authEventId": event, "createdDateUtc": "2026-01-01T00:00:00.0000000",
        "updatedDateUtc": updated,
    }  # fmt: skip


CONNECTIONS = [
    connection(1, "e1", "2026-11-01T08:00:00.1234567"),
    connection(2, "e2", "2026-11-21T07:36:00.1234567"),
    connection(3, "e2", "2026-11-21T07:36:00.1234560"),
    connection(4, "e2", "2026-11-21T07:36:00.1234567", "PRACTICE"),
]


def test_only_the_organisations_of_the_latest_consent_are_named(host: Host) -> None:
    host.reply(Reply(CONNECTIONS))
    assert authority(host).companies(TOKENS) == [
        Company("t2", "Org 2", "g2"), Company("t3", "Org 3", "g3"),
    ]  # fmt: skip
    assert host.seen[0].headers["authorization"] == "Bearer access-1"


def test_an_access_token_that_names_its_consent_is_taken_at_its_word(host: Host) -> None:
    host.reply(Reply(CONNECTIONS[:1]), Reply([]))
    named = signed({"authentication_event_id": "e1"})
    tokens = TokenSet(named, "r", NOW, NOW)
    assert authority(host).companies(tokens) == [Company("t1", "Org 1", "g1")]
    assert authority(host).companies(tokens) == []
    assert {seen.params["authEventId"] for seen in host.seen} == {"e1"}


@pytest.mark.parametrize(
    ("reply", "error"),
    [(Reply(b"", 401), Reconnect), (Reply(b"", 503), TryLater), (Reply(b"[{", 200), TryLater)],
)  # fmt: skip
def test_connections_that_cannot_be_read_are_not_taken_for_none(
    host: Host, reply: Reply, error: type[LedgerError]
) -> None:
    host.reply(reply)
    with pytest.raises(error):
        authority(host).companies(TOKENS)


def test_releasing_one_organisation_leaves_the_others(host: Host) -> None:
    host.reply(Reply(b"", 204), Reply(b"", 404))
    mine = Company("t1", "Org 1", "g1")
    authority(host).release(TOKENS, mine)
    authority(host).release(TOKENS, mine)
    assert [(seen.method, seen.path) for seen in host.seen] == [("DELETE", "/connections/g1")] * 2


def test_the_connection_of_an_organisation_is_looked_up_where_it_is_not_known(host: Host) -> None:
    host.reply(Reply(CONNECTIONS), Reply(b"", 204), Reply(CONNECTIONS))
    authority(host).release(TOKENS, Company("t3", "Org 3"))
    assert (host.seen[1].method, host.seen[1].path) == ("DELETE", "/connections/g3")
    authority(host).release(TOKENS, Company(TENANT, "not there"))
    assert len(host.seen) == 3


def test_a_release_that_fails_is_no_release(host: Host) -> None:
    host.reply(Reply(b"", 503))
    with pytest.raises(TryLater):
        authority(host).release(TOKENS, Company("t1", "Org 1", "g1"))
