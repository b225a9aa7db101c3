"""The form of a client's own mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.recipients import mail_servers
from tests.connector.recipients.test_domains import send_as
from tests.providers.email.mailserver import Post, certificate, listening
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office, path_of

WHERE = "/clients/1/sending"
SERVER = f"{WHERE}/server"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What a person fills in for a server that runs."""
    tls, _ = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    with listening(Post(), tls=tls, sign_in=True, implicit=True) as port:
        yield {
            "host": "127.0.0.1", "port": str(port), "username": "clerk", "password": "right",
            "security": "tls", "act": "save",
        }  # fmt: skip


def kept(shop: Shop) -> mail_servers.MailServer | None:
    with shop.desk.universe.deps.reading() as tx:
        return mail_servers.find(tx, 1)


def test_a_server_is_tried_saved_and_forgotten(shop: Shop, form: dict[str, str]) -> None:
    tried = shop.owner.post(SERVER, on=WHERE, **form | {"act": "try"})
    assert "It let us sign in, and no mail was sent. It said: 250" in tried.text
    assert kept(shop) is None
    saved = shop.owner.post(SERVER, on=WHERE, **form)
    assert (saved.status_code, path_of(saved)) == (303, WHERE)
    page = shop.owner.page(WHERE)
    assert "It is not used yet: name an address" in page
    assert "receivers may turn messages down" in page
    assert 'value="right"' not in page
    send_as(shop.desk.universe.deps, 1, "bills@shop.test")
    page = shop.owner.page(WHERE)
    assert f"through its own mail server <strong>127.0.0.1:{form['port']}</strong>" in page
    trail = shop.owner.page("/clients/1/audit")
    assert "Set the client&#39;s own mail server" in trail
    assert "right" not in [word.strip('"') for word in trail.split()]
    shop.owner.post(f"{SERVER}/forget", on=WHERE)
    assert kept(shop) is None
    assert "Forgotten. Messages go through" in shop.owner.page(WHERE)


def test_what_is_refused_is_told_with_the_servers_words_and_changes_nothing(
    shop: Shop, form: dict[str, str]
) -> None:
    answer = shop.owner.post(SERVER, on=WHERE, **form | {"password": "wr0ng-secret"})
    assert answer.status_code == 422
    for told in ("Nothing was changed.", "refused the sign-in (535)", "It said: <q>5.7.8",
                 "a password made for programs"):  # fmt: skip
        assert told in answer.text, told
    assert "wr0ng-secret" not in answer.text
    assert kept(shop) is None
    for changed in ({"port": "x"}, {"port": "99999"}, {"host": "10.0.0.1"}, {"password": ""}):
        assert shop.owner.post(SERVER, on=WHERE, **form | changed).status_code == 422
    assert kept(shop) is None


def test_another_firm_neither_sees_nor_sets_it(shop: Shop, form: dict[str, str]) -> None:
    stranger = shop.stranger()
    assert stranger.post(SERVER, **form).status_code == 404
    assert stranger.post(f"{SERVER}/forget").status_code == 404
    assert kept(shop) is None
