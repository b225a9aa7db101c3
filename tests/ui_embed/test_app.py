from __future__ import annotations

import stat
from pathlib import Path

import pytest

from connector.config import Config
from tests.ui_embed.office import Office, office
from ui_embed.headers import HEADERS
from ui_embed.secret import FILE, secret_key

HTTPS = "https://books.example"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/healthz", 200), ("/nowhere", 404), ("/disconnected/quickbooks", 200),
        ("/static/ledgerhand.css", 200), ("/clients/1", 303), ("/sign-out", 405),
        ("/bootstrap/static/css/bootstrap.min.css", 200),
    ],
)  # fmt: skip
def test_every_answer_carries_the_security_headers(desk: Office, path: str, status: int) -> None:
    answer = desk.visitor().get(path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    if "static" not in path:
        assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_the_policy_allows_nothing_inline_and_no_frame(desk: Office) -> None:
    policy = desk.visitor().get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_needs_anything_inline_or_from_elsewhere(desk: Office) -> None:
    page = desk.visitor().page("/")
    assert "style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_session_cookie_is_out_of_reach(desk: Office) -> None:
    cookie = desk.visitor().get("/sign-in/xero").headers["Set-Cookie"]
    assert cookie.startswith("ledgerhand=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_for_this_host_alone(tmp_path: Path) -> None:
    with office(data_dir=tmp_path, base_url=HTTPS) as desk:
        answer = desk.visitor().get("/sign-in/xero", base_url=HTTPS)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-ledgerhand=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_error_shows_nothing_of_the_house(desk: Office) -> None:
    with desk.universe.deps.engine.connect() as tx:
        tx.exec_driver_sql("ALTER TABLE web_session RENAME TO away")
        tx.commit()
    visitor = desk.visitor()
    with visitor.client.session_transaction() as session:
        session["id"] = "some"
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "It was not your fault" in answer.text
    assert "sqlite" not in answer.text.lower()
    assert "Traceback" not in answer.text


def test_a_path_is_never_echoed(desk: Office) -> None:
    answer = desk.visitor().get("/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "alert(1)" not in answer.text


def test_a_form_that_is_too_large_is_not_read(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(desk.app.config, "WTF_CSRF_ENABLED", False)
    answer = desk.visitor().client.post("/sign-out", data={"a": "x" * 2_000_000})
    assert answer.status_code in {303, 413}


def test_the_doors_set_no_cookie_and_need_no_token(desk: Office) -> None:
    visitor = desk.visitor()
    for path, status in (("/webhooks/quickbooks", 401), ("/webhooks/mail", 404)):
        answer = visitor.client.post(path, data=b"{}")
        assert (answer.status_code, answer.data) == (status, b"")
        assert "Set-Cookie" not in answer.headers
    answer = visitor.get("/webhooks/xero")
    assert (answer.status_code, answer.data) == (405, b"")
    assert "Set-Cookie" not in answer.headers


def test_without_a_key_one_is_made_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    config = Config(_env_file=None, data_dir=tmp_path / "new")  # type: ignore[call-arg]
    first = secret_key(config)
    assert len(first) >= 60
    assert secret_key(config) == first
    path = tmp_path / "new" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [FILE]


def test_the_key_of_the_configuration_comes_first(tmp_path: Path) -> None:
    config = Config(_env_file=None, data_dir=tmp_path, secret_key="given")  # type: ignore[call-arg]
    assert secret_key(config) == "given"
    assert not (tmp_path / FILE).exists()
