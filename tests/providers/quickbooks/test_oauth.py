from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.quickbooks.oauth import IntuitAuthority
from providers.tokens import Company, Identity, TokenSet
from tests.providers.quickbooks.wire import REALM, Reply, Seen, Wire, fixture, http

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ISSUER = "https://oauth.platform.intuit.com/op/v1"
SUBJECT = "b7c1-person"
GRANT = {"token_type": "bearer", "expires_in": 3600, "access_token": "access-2",
         "refresh_token": "refresh-2", "x_refresh_token_expires_in": 8726400}  # fmt: skip
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ALGORITHM = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)


class Intuit:
    """The token server: answers to a place may be changed one by one."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token",
                 "userinfo_endpoint": "userinfo", "revocation_endpoint": "revoke",
                 "jwks_uri": "jwks"}  # fmt: skip
        places = {name: f"{wire.url}/{path}" for name, path in names.items()}
        self.replies = {
            "/discovery": Reply(fixture("discovery") | places),
            "/token": Reply(GRANT),
            "/userinfo": Reply(fixture("userinfo")),
            "/revoke": Reply(b""),
            "/jwks": Reply({"keys": [self.jwk()]}),
            f"/v3/company/{REALM}/companyinfo/{REALM}": Reply(fixture("company_info")),
        }
        wire.route = lambda seen: self.replies.get(seen.path, Reply(b"", 404))

    def jwk(self) -> dict[str, Any]:
        public: dict[str, Any] = ALGORITHM.to_jwk(KEY.public_key(), as_dict=True)
        return public | {"kid": f"key-{self.wire.url}", "use": "sig", "alg": "RS256"}

    def authority(self, now: datetime = NOW) -> IntuitAuthority:
        return IntuitAuthority(self.wire.vendor, http(), lambda: now)

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.wire.seen if seen.path == path]

    def signed(self, kid: str = "", key: Any = KEY, algorithm: str = "RS256", **more: Any) -> str:
        claims = {"iss": ISSUER, "sub": SUBJECT, "aud": ["app-1"], "realmid": REALM,
                  "iat": int(NOW.timestamp()), "nonce": "n-1",
                  "exp": int(NOW.timestamp()) + 3600} | more  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key, algorithm, headers={"kid": kid or self.jwk()["kid"]})


@pytest.fixture
def intuit(wire: Wire) -> Iterator[Intuit]:
    return Intuit(wire)


def tokens(id_token: str = "") -> TokenSet:
    later = NOW + timedelta(hours=1)
    return TokenSet("access-2", "refresh-2", later, later, id_token=id_token)


def test_connecting_asks_for_the_books_and_signing_in_does_not(intuit: Intuit) -> None:
    asked = {}
    for connect in (True, False):
        url = intuit.authority().authorize_url(
            redirect_uri="https://us.example/back?x=1", state="s-1", nonce="n-1", connect=connect
        )
        assert url.startswith(f"{intuit.wire.url}/authorize?")
        asked[connect] = parse_qs(urlsplit(url).query)
    assert asked[True]["scope"] == ["com.intuit.quickbooks.accounting openid profile email"]
    assert asked[False]["scope"] == ["openid profile email"]
    assert asked[True]["redirect_uri"] == ["https://us.example/back?x=1"]
    assert asked[True]["state"] == ["s-1"]
    assert asked[True]["nonce"] == ["n-1"]
    assert asked[True]["response_type"] == ["code"]


def test_the_discovery_document_is_fetched_once(intuit: Intuit) -> None:
    for _ in range(3):
        intuit.authority().refresh("refresh-1")
    assert len(intuit.asked("/discovery")) == 1


def test_a_broken_discovery_document_is_not_kept(intuit: Intuit) -> None:
    good = intuit.replies["/discovery"]
    for bad in (Reply(b"", 503), Reply({"issuer": ISSUER}), Reply(b"<html>")):
        intuit.replies["/discovery"] = bad
        with pytest.raises(TryLater):
            intuit.authority().refresh("refresh-1")
    assert intuit.asked("/token") == []
    intuit.replies["/discovery"] = good
    assert intuit.authority().refresh("refresh-1").access_token == "access-2"


def test_a_code_becomes_tokens_with_their_ends(intuit: Intuit) -> None:
    intuit.replies["/token"] = Reply(GRANT | {"x_refresh_token_hard_expires_in": "157680000",
                                              "id_token": "a.b.c"})  # fmt: skip
    got = intuit.authority().exchange(code="c-1", redirect_uri="https://us.example/back")
    assert got == TokenSet(
        "access-2", "refresh-2", NOW + timedelta(hours=1), NOW + timedelta(days=101),
        NOW + timedelta(days=1825), "a.b.c",
    )  # fmt: skip
    (seen,) = intuit.asked("/token")
    assert dict(parse_qsl(seen.body.decode())) == {
        "grant_type": "authorization_code", "code": "c-1",
        "redirect_uri": "https://us.example/back",
    }  # fmt: skip
    assert base64.b64decode(seen.headers["authorization"].split()[1]) == b"app-1:secret-1"


def test_a_refresh_asks_when_the_token_dies_for_good(intuit: Intuit) -> None:
    got = intuit.authority().refresh("refresh-1")
    assert (got.refresh_token, got.hard_until, got.id_token) == ("refresh-2", None, "")
    (seen,) = intuit.asked("/token")
    assert seen.headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert dict(parse_qsl(seen.body.decode())) == {"grant_type": "refresh_token",
                                                   "refresh_token": "refresh-1"}  # fmt: skip


@pytest.mark.parametrize(("reply", "on_refresh", "on_exchange"), [
    (Reply({"error": "invalid_grant", "error_description": "refresh-1"}, 400), Reconnect, Refused),
    (Reply({"error": "invalid_client"}, 401), Refused, Refused),
    (Reply({"error": ["x"]}, 400), Refused, Refused),
    (Reply(b"<html>", 403), Refused, Refused),
    (Reply(b"", 429), TryLater, TryLater),
    (Reply(b"<html>", 500), TryLater, TryLater),
    (Reply(b"", 302, {"Location": "/elsewhere"}), TryLater, TryLater),
    (Reply(broken="reset"), TryLater, TryLater),
    (Reply(broken="hang"), TryLater, TryLater),
    (Reply(b'{"access_token'), TryLater, TryLater),
    (Reply(GRANT | {"refresh_token": ""}), Refused, Refused),
    (Reply(GRANT | {"access_token": 7}), Refused, Refused),
    (Reply({k: v for k, v in GRANT.items() if k != "refresh_token"}), Refused, Refused),
    (Reply(GRANT | {"expires_in": 0}), Refused, Refused),
    (Reply(GRANT | {"expires_in": -1}), Refused, Refused),
    (Reply(GRANT | {"expires_in": "soon"}), Refused, Refused),
    (Reply(GRANT | {"expires_in": 10**30}), Refused, Refused),
])  # fmt: skip
def test_what_the_token_server_says_is_told_once_as_what_to_do_next(
    intuit: Intuit, reply: Reply, on_refresh: type[LedgerError], on_exchange: type[LedgerError]
) -> None:
    intuit.replies["/token"] = reply
    with pytest.raises(on_refresh) as refreshing:
        intuit.authority().refresh("refresh-1")
    assert len(intuit.asked("/token")) == 1
    with pytest.raises(on_exchange):
        intuit.authority().exchange(code="c-1", redirect_uri="https://us.example/back")
    assert "refresh-1" not in str(refreshing.value)


def test_releasing_the_one_company_ends_the_consent(intuit: Intuit) -> None:
    intuit.authority().release(tokens(), Company(REALM, "Tidewater Supply"))
    (seen,) = intuit.asked("/revoke")
    assert json.loads(seen.body) == {"token": "refresh-2"}
    assert seen.headers["authorization"].startswith("Basic ")


def test_a_dead_token_may_be_revoked_again(intuit: Intuit) -> None:
    intuit.replies["/revoke"] = Reply({"error": "invalid_token"}, 400)
    intuit.authority().revoke("refresh-2")
    intuit.replies["/revoke"] = Reply(b"", 503)
    with pytest.raises(TryLater):
        intuit.authority().revoke("refresh-2")


def test_a_person_is_known_by_subject(intuit: Intuit) -> None:
    got = intuit.authority().identify(tokens(intuit.signed(name="José-_?")), "n-1")
    assert got == Identity(SUBJECT, "jose@ledger.example", True, "José Almeida")
    assert intuit.asked("/userinfo")[0].headers["authorization"] == "Bearer access-2"


def test_an_unverified_address_is_said_to_be_so(intuit: Intuit) -> None:
    for told, verified in ((False, False), (None, False), ("yes", False), ("true", True)):
        intuit.replies["/userinfo"] = Reply({"sub": SUBJECT, "emailVerified": told})
        got = intuit.authority().identify(tokens(intuit.signed()), "n-1")
        assert (got.email_verified, got.email, got.name) == (verified, "", "")


def test_an_id_token_without_a_nonce_is_taken_and_with_ours_in_text_form_too(
    intuit: Intuit,
) -> None:
    plain = intuit.signed(nonce=None, aud="app-1")
    assert intuit.authority().identify(tokens(plain), "n-1").subject == SUBJECT


def test_the_signing_keys_are_fetched_once(intuit: Intuit) -> None:
    for _ in range(3):
        intuit.authority().identify(tokens(intuit.signed()), "n-1")
    assert len(intuit.asked("/jwks")) == 1


OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(("_case", "spoiled"), [
    ("other issuer", {"iss": "https://evil.example"}),
    ("other audience", {"aud": ["app-2"]}),
    ("other nonce", {"nonce": "n-2"}),
    ("empty nonce", {"nonce": ""}),
    ("expired", {"exp": int(NOW.timestamp()) - 300}),
    ("from the future", {"iat": int(NOW.timestamp()) + 300}),
    ("no expiry", {"exp": None}),
    ("no subject", {"sub": None}),
    ("empty subject", {"sub": ""}),
    ("other signer", {"key": OTHER_KEY}),
    ("unknown key", {"kid": "key-of-nobody"}),
    ("shared secret", {"key": "secret-1" * 8, "algorithm": "HS256"}),
    ("unsigned", {"key": "", "algorithm": "none"}),
])  # fmt: skip
def test_an_id_token_with_anything_wrong_signs_nobody_in(
    intuit: Intuit, _case: str, spoiled: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="cannot be trusted"):
        intuit.authority().identify(tokens(intuit.signed(**spoiled)), "n-1")
    assert intuit.asked("/userinfo") == []


@pytest.mark.parametrize("id_token", ["", "a.b.c", "é", "a.b"])
def test_what_is_no_token_signs_nobody_in(intuit: Intuit, id_token: str) -> None:
    with pytest.raises(Refused):
        intuit.authority().identify(tokens(id_token), "n-1")


def test_userinfo_about_somebody_else_signs_nobody_in(intuit: Intuit) -> None:
    intuit.replies["/userinfo"] = Reply({"sub": "other", "email": "x@y.example"})
    with pytest.raises(Refused, match="somebody else"):
        intuit.authority().identify(tokens(intuit.signed()), "n-1")


def test_a_company_counts_once_the_new_token_has_read_it(intuit: Intuit) -> None:
    assert intuit.authority().companies(tokens(), REALM) == (Company(REALM, "Tidewater Supply"),)
    assert intuit.wire.seen[0].headers["authorization"] == "Bearer access-2"


@pytest.mark.parametrize("status", [401, 403])
def test_a_company_that_the_token_does_not_reach_is_refused(intuit: Intuit, status: int) -> None:
    intuit.wire.reply(Reply({"fault": {"error": [{"message": "no", "code": "3100"}]}}, status))
    with pytest.raises(Refused, match="does not reach"):
        intuit.authority().companies(tokens(), REALM)


def test_a_rejected_new_token_is_not_renewed(intuit: Intuit) -> None:
    intuit.wire.reply(Reply(b"", 401))
    with pytest.raises(Refused):
        intuit.authority().companies(tokens(), REALM)
    assert len(intuit.wire.seen) == 1


@pytest.mark.parametrize("hint", ["", "12/../34", "１２", "-1", "12?x=1"])
def test_a_hint_that_is_no_company_id_is_not_even_asked_about(intuit: Intuit, hint: str) -> None:
    assert intuit.authority().companies(tokens(), hint) == ()
    assert intuit.wire.seen == []


def test_the_old_refresh_token_works_for_a_day() -> None:
    assert IntuitAuthority.grace == timedelta(hours=24)
