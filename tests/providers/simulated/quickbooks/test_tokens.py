from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from tests.providers.simulated.quickbooks.place import ACCOUNTING, APP, BASIC, CALLBACK, Place

OPENID = "openid profile email"


def refresh(place: Place, token: str, **headers: str) -> dict[str, Any]:
    answer = place.tokens(headers, grant_type="refresh_token", refresh_token=token)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = json.loads(answer.data)
    return read


def is_dead(place: Place, token: str) -> bool:
    answer = place.tokens(grant_type="refresh_token", refresh_token=token)
    return answer.status_code == 400 and json.loads(answer.data) == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }


def test_the_discovery_document_names_every_endpoint_of_this_host(place: Place) -> None:
    for name in ("openid_configuration", "openid_sandbox_configuration/"):
        found = json.loads(place.client.get(f"/.well-known/{name}").data)
        assert found["issuer"] == "http://localhost/op/v1"
        assert found["token_endpoint"] == "http://localhost/oauth2/v1/tokens/bearer"
        assert found["id_token_signing_alg_values_supported"] == ["RS256"]


def test_a_code_is_exchanged_for_tokens_that_open_the_company(place: Place) -> None:
    tokens = place.connect()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["x_refresh_token_expires_in"] == 8726400
    assert "id_token" not in tokens
    assert "x_refresh_token_hard_expires_in" not in tokens
    assert place.get(f"companyinfo/{place.realm}")["CompanyName"] == "Craig's Landscaping"


def test_a_code_is_good_once(place: Place) -> None:
    code = place.consent()["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    assert place.tokens(**form).status_code == 200
    again = place.tokens(**form)
    assert again.status_code == 400
    assert json.loads(again.data)["error"] == "invalid_grant"
    assert again.headers["intuit_tid"]


@pytest.mark.parametrize(
    ("_case", "change"),
    [
        ("another redirect address", {"redirect_uri": "https://evil.example/"}),
        ("an invented code", {"code": "guess"}),
    ],
)
def test_a_code_is_refused_to_strangers(place: Place, _case: str, change: dict[str, str]) -> None:
    form = {"code": place.consent()["code"], "redirect_uri": CALLBACK} | change
    assert place.tokens(grant_type="authorization_code", **form).status_code == 400


def test_a_wrong_secret_gets_no_tokens(place: Place) -> None:
    code = place.consent()["code"]
    answer = place.tokens(
        {"Authorization": "Basic YXBwLTE6Z3Vlc3M="},
        grant_type="authorization_code", code=code, redirect_uri=CALLBACK,
    )  # fmt: skip
    assert answer.status_code == 401
    assert json.loads(answer.data)["error"] == "invalid_client"


def test_the_secret_may_be_sent_in_the_form(place: Place) -> None:
    answer = place.client.post("/oauth2/v1/tokens/bearer", data={
        "client_id": "app-1", "client_secret": "secret-1", "grant_type": "authorization_code",
        "code": place.consent()["code"], "redirect_uri": CALLBACK,
    })  # fmt: skip
    assert answer.status_code == 200


def test_an_access_token_lives_an_hour(connected: Place) -> None:
    connected.clock.advance(timedelta(minutes=59))
    assert connected.call("GET", "customer/1").status_code == 400
    connected.clock.advance(timedelta(minutes=1))
    answer = connected.call("GET", "customer/1")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    error = json.loads(answer.data)["fault"]["error"][0]
    assert error["code"] == "3200"
    assert "Token expired" in error["detail"]


def test_within_a_day_a_refresh_gives_the_same_refresh_token(place: Place) -> None:
    first = place.connect()["refresh_token"]
    place.clock.advance(timedelta(hours=23))
    assert refresh(place, first)["refresh_token"] == first


def test_after_a_day_the_refresh_token_changes_and_the_old_one_has_a_day_of_grace(
    place: Place,
) -> None:
    first = place.connect()["refresh_token"]
    place.clock.advance(timedelta(hours=24))
    second = refresh(place, first)["refresh_token"]
    assert second != first
    place.clock.advance(timedelta(hours=23))
    assert refresh(place, first)["refresh_token"] == second
    place.clock.advance(timedelta(hours=1))
    assert is_dead(place, first)
    assert not is_dead(place, second)


def test_an_unused_refresh_token_dies_after_101_days(place: Place) -> None:
    token = place.connect()["refresh_token"]
    place.clock.advance(timedelta(days=100))
    token = refresh(place, token)["refresh_token"]
    place.clock.advance(timedelta(days=101))
    assert is_dead(place, token)


def test_after_five_years_even_a_used_refresh_token_dies(place: Place) -> None:
    token = place.connect()["refresh_token"]
    for _ in range(19):
        place.clock.advance(timedelta(days=95))
        tokens = refresh(place, token)
        token = tokens["refresh_token"]
    assert tokens["x_refresh_token_expires_in"] == 20 * 86400
    place.clock.advance(timedelta(days=21))
    assert is_dead(place, token)


def test_the_hard_limit_is_told_only_to_who_asks(place: Place) -> None:
    token = place.connect()["refresh_token"]
    asked = refresh(place, token, **{"x-include-refresh-token-hard-expires-in": "true"})
    assert asked["x_refresh_token_hard_expires_in"] == 5 * 365 * 86400
    assert "x_refresh_token_hard_expires_in" not in refresh(place, token)


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_revoking_either_token_ends_the_connection(place: Place, which: str) -> None:
    tokens = place.connect()
    answer = place.client.post(
        "/v2/oauth2/tokens/revoke",
        json={"token": tokens[which]},
        headers={"Authorization": BASIC},
    )
    assert (answer.status_code, answer.data) == (200, b"")
    assert place.call("GET", "customer/1").status_code == 401
    assert is_dead(place, tokens["refresh_token"])


def test_an_unknown_token_cannot_be_revoked(place: Place) -> None:
    tokens = place.connect()
    answer = place.client.post(
        "/v2/oauth2/tokens/revoke", json={"token": "guess"}, headers={"Authorization": BASIC}
    )
    assert answer.status_code == 400
    assert not is_dead(place, tokens["refresh_token"])


def test_only_the_app_itself_can_revoke(place: Place) -> None:
    tokens = place.connect()
    answer = place.client.post("/v2/oauth2/tokens/revoke", json={"token": tokens["access_token"]})
    assert answer.status_code == 401
    assert place.call("GET", "companyinfo/1").status_code == 200


def test_connecting_again_ends_the_connection_before(place: Place) -> None:
    first = place.connect()["refresh_token"]
    second = place.connect()["refresh_token"]
    assert is_dead(place, first)
    assert not is_dead(place, second)


def test_the_id_token_can_be_checked_against_the_published_keys(place: Place) -> None:
    token = place.connect(scope=f"{ACCOUNTING} {OPENID}")["id_token"]
    jwks = json.loads(place.client.get("/op/v1/jwks").data)
    key = jwt.PyJWK(jwks["keys"][0])
    claims = jwt.decode(
        token, key, algorithms=["RS256"], audience="app-1", issuer="http://localhost/op/v1",
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert jwt.get_unverified_header(token)["kid"] == jwks["keys"][0]["kid"]
    assert claims["aud"] == ["app-1"]
    assert claims["realmid"] == place.realm
    assert claims["nonce"] == "n-1"
    assert claims["sub"] == place.user["sub"]


def test_signing_in_without_a_company_opens_none(place: Place) -> None:
    told = place.consent(scope=OPENID)
    assert "realmId" not in told
    tokens = place.connect(scope=OPENID)
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert "realmid" not in claims
    answer = place.call("GET", "companyinfo/1")
    assert answer.status_code == 403
    assert json.loads(answer.data)["fault"]["error"][0]["code"] == "3100"


def test_who_signed_in_is_told_in_the_vendors_own_names(place: Place) -> None:
    place.connect(scope=OPENID)
    sent = {"Authorization": f"Bearer {place.token}"}
    told = json.loads(place.client.get("/v1/openid_connect/userinfo", headers=sent).data)
    assert told == {
        "sub": place.user["sub"], "email": "craig@company.example", "emailVerified": True,
        "givenName": "Craig", "familyName": "Carlson",
    }  # fmt: skip


def test_userinfo_needs_a_live_token_of_someone_who_signed_in(place: Place) -> None:
    place.connect()
    for token in (place.token, "guess"):
        sent = {"Authorization": f"Bearer {token}"}
        assert place.client.get("/v1/openid_connect/userinfo", headers=sent).status_code == 401


def test_an_unknown_kind_of_grant_is_refused(place: Place) -> None:
    answer = place.tokens(grant_type="password")
    assert json.loads(answer.data)["error"] == "unsupported_grant_type"


def test_tokens_of_one_app_are_nothing_to_another(place: Place) -> None:
    token = place.connect()["refresh_token"]
    other = {**APP, "client_id": "app-2", "client_secret": "secret-2"}
    place.world.register_app(other)
    answer = place.tokens(
        {"Authorization": "Basic YXBwLTI6c2VjcmV0LTI="},
        grant_type="refresh_token", refresh_token=token,
    )  # fmt: skip
    assert answer.status_code == 400
    assert not is_dead(place, token)
