from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import jwt
import pytest

from tests.providers.simulated.xero.stage import BACK, SCOPES, Stage, read


def bearer(stage: Stage) -> dict[str, str]:
    return {"Authorization": f"Bearer {stage.tokens['access_token']}"}


def refresh(stage: Stage, token: str) -> tuple[int, dict[str, str]]:
    answer = stage.token(grant_type="refresh_token", refresh_token=token)
    return answer.status_code, json.loads(answer.data)


def test_the_consent_page_is_a_plain_form_with_labels(stage: Stage) -> None:
    asked = {"response_type": "code", "client_id": "app-1", "redirect_uri": BACK, "scope": SCOPES}
    page = stage.client.get("/identity/connect/authorize", query_string=asked)
    assert page.status_code == 200
    assert page.headers["X-Frame-Options"] == "DENY"
    for text in ("Helping Hand", "Alder &amp; Co", "<label", "Allow access", "Cancel"):
        assert text in page.text


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "nobody"}, "unauthorized_client"),
        ({"redirect_uri": BACK + "/else"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "accounting.transactions"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_wrong_request_stays_at_xero(stage: Stage, change: dict[str, str], error: str) -> None:
    asked = {"response_type": "code", "client_id": "app-1", "redirect_uri": BACK, "scope": SCOPES}
    page = stage.client.get("/identity/connect/authorize", query_string=asked | change)
    assert page.status_code == 400
    assert error in page.text


def test_cancel_goes_back_with_access_denied(stage: Stage) -> None:
    asked = {"response_type": "code", "client_id": "app-1", "redirect_uri": BACK,
             "scope": SCOPES, "state": "s"}  # fmt: skip
    answer = stage.client.post(
        "/identity/connect/authorize", query_string=asked, data={"decision": "cancel"}
    )
    assert answer.headers["Location"] == f"{BACK}?error=access_denied&state=s"


def test_nobody_can_give_away_an_organisation_of_others(stage: Stage) -> None:
    other = stage.xero.add_company("Birch", "AUD", "AU", "Australia/Sydney")
    asked = {"response_type": "code", "client_id": "app-1", "redirect_uri": BACK, "scope": SCOPES}
    form = {"user": "mia@books.test", "tenant": other, "decision": "allow"}
    page = stage.client.post("/identity/connect/authorize", query_string=asked, data=form)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert len(read(stage.client.get("/connections", headers=bearer(stage)))) == 1


def test_a_code_is_good_once(stage: Stage) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK,
            "code": stage.consent()["code"]}  # fmt: skip
    assert stage.token(**form).status_code == 200
    again = stage.token(**form)
    assert (again.status_code, json.loads(again.data)) == (400, {"error": "invalid_grant"})


def test_a_code_with_a_challenge_needs_its_verifier(stage: Stage) -> None:
    verifier = "v" * 50
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    more = {"code_challenge": digest.rstrip(b"=").decode(), "code_challenge_method": "S256"}
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    wrong = stage.token(**form, code=stage.consent(**more)["code"], code_verifier="other")
    assert json.loads(wrong.data) == {"error": "invalid_grant"}
    right = stage.token(**form, code=stage.consent(**more)["code"], code_verifier=verifier)
    assert right.status_code == 200


def test_credentials_may_stand_in_the_body(stage: Stage) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": stage.tokens["refresh_token"],
            "client_id": "app-1", "client_secret": "secret-1"}  # fmt: skip
    assert stage.client.post("/connect/token", data=form).status_code == 200
    wrong = stage.client.post("/connect/token", data=form | {"client_secret": "no"})
    assert json.loads(wrong.data) == {"error": "invalid_client"}


def test_the_identity_token_says_who_signed_in(stage: Stage) -> None:
    keys = read(stage.client.get("/.well-known/openid-configuration/jwks"))
    found = read(stage.client.get("/.well-known/openid-configuration"))
    claims = jwt.decode(
        stage.tokens["id_token"], jwt.PyJWK(keys["keys"][0]).key, algorithms=["RS256"],
        audience="app-1", issuer=found["issuer"],
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )  # fmt: skip
    assert claims["nonce"] == "no"
    assert (claims["email"], claims["given_name"]) == ("mia@books.test", "Mia")
    assert claims["family_name"] == "Book"
    assert {"sub", "xero_userid"} <= claims.keys()


def test_each_refresh_rotates_and_the_old_token_lives_for_half_an_hour(stage: Stage) -> None:
    old = stage.tokens["refresh_token"]
    status, first = refresh(stage, old)
    assert status == 200
    assert first["refresh_token"] != old
    stage.world.clock.advance(timedelta(minutes=29))
    assert refresh(stage, old)[0] == 200
    stage.world.clock.advance(timedelta(minutes=2))
    assert refresh(stage, old) == (400, {"error": "invalid_grant"})
    assert refresh(stage, first["refresh_token"])[0] == 200


def test_a_refresh_token_dies_after_sixty_idle_days(stage: Stage) -> None:
    stage.world.clock.advance(timedelta(days=60, seconds=1))
    assert refresh(stage, stage.tokens["refresh_token"])[1] == {"error": "invalid_grant"}


def test_an_access_token_expires_after_thirty_minutes(stage: Stage) -> None:
    stage.world.clock.advance(timedelta(minutes=30))
    answer = stage.call("GET", "Organisation")
    assert answer.status_code == 401
    assert read(answer)["Detail"] == "TokenExpired: token expired at 11/02/2026 10:00:00"


def test_without_offline_access_there_is_no_refresh_token(stage: Stage) -> None:
    stage.xero.add_user("leo@books.test", "Leo Ledger", [stage.tenant])
    tokens = stage.sign_in(user="leo@books.test", scopes="openid accounting.contacts.read")
    assert "refresh_token" not in tokens


def test_revocation_ends_all_tokens_and_connections_of_the_person(stage: Stage) -> None:
    first = stage.tokens
    stage.sign_in()
    form = {"token": stage.tokens["refresh_token"]}
    answer = stage.client.post("/connect/revocation", data=form, auth=("app-1", "secret-1"))
    assert answer.status_code == 200
    assert refresh(stage, first["refresh_token"])[0] == 400
    assert stage.call("GET", "Organisation").status_code == 401
    assert not stage.world.store.all("", "connection.xero")


def test_a_forged_token_is_turned_away(stage: Stage) -> None:
    stage.tokens["access_token"] = jwt.encode({"jti": "guess"}, "k" * 32)
    answer = stage.call("GET", "Organisation")
    assert (answer.status_code, read(answer)["Detail"]) == (401, "AuthenticationUnsuccessful")


def test_user_information_is_given_for_a_token(stage: Stage) -> None:
    found = read(stage.client.get("/connect/userinfo", headers=bearer(stage)))
    assert (found["email"], found["name"]) == ("mia@books.test", "Mia Book")
    assert "tenants" not in found


@pytest.mark.parametrize(
    ("headers", "form", "error"),
    [
        ({"Authorization": "Basic !!"}, {}, "invalid_client"),
        ({}, {"client_id": "nobody"}, "invalid_client"),
        ({}, {"client_id": "app-1", "client_secret": "secret-1", "grant_type": "password"},
         "unsupported_grant_type"),
    ],
)  # fmt: skip
def test_a_wrong_token_request_is_refused(
    stage: Stage, headers: dict[str, str], form: dict[str, str], error: str
) -> None:
    answer = stage.client.post("/connect/token", headers=headers, data=form)
    assert (answer.status_code, read(answer)) == (400, {"error": error})
    if error == "invalid_client":
        assert stage.client.post("/connect/revocation", data=form).status_code == 400
    assert stage.call("GET", "Organisation").status_code == 200
