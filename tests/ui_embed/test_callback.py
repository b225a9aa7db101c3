"""What comes back from a consent page: only what we asked for is believed, and never a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from providers.simulated.faults import Fault
from tests.ui_embed.office import Office, Visitor, company_of, path_of

USER = "books@quickbooks.example"
Mutation = Callable[[dict[str, str]], list[tuple[str, str]]]


def query(back: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(back).query))


def without(*names: str) -> Mutation:
    return lambda given: [(n, v) for n, v in given.items() if n not in names]


def changed(**values: str) -> Mutation:
    return lambda given: list((given | values).items())


def twice(name: str, value: str = "") -> Mutation:
    return lambda given: [*given.items(), (name, value or given[name])]


def refused(answer: TestResponse, visitor: Visitor, desk: Office, *, grants: int = 0) -> str:
    """A redirect without a word of its own, nothing kept; returns the page that tells why."""
    assert answer.status_code == 303
    assert path_of(answer) == "/"
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.connections() == []
    assert desk.grants() == grants
    page = visitor.page("/")
    assert "Nothing was connected" in page
    assert "Traceback" not in page
    return page


@pytest.fixture
def signed_in(desk: Office) -> Visitor:
    company_of(desk, "quickbooks", "Corner Shop")
    visitor = desk.visitor()
    visitor.sign_in("quickbooks", USER)
    return visitor


def realm(desk: Office) -> str:
    return str(desk.universe.world.store.all("", "user.quickbooks")[0]["companies"][0])


def answer_of(visitor: Visitor, desk: Office, **wishes: str) -> str:
    """A genuine answer to a genuine request, not yet handed in."""
    url = visitor.start("/connect/quickbooks")
    user = visitor.user("quickbooks", USER)
    return visitor.consent(url, user=user, company=realm(desk), **wishes)


MUTATIONS: list[tuple[str, Mutation]] = [
    ("state missing", without("state")),
    ("state empty", changed(state="")),
    ("state wrong", changed(state="A" * 43)),
    ("state very long", changed(state="A" * 100_000)),
    ("state not ASCII", changed(state="sté\x00")),
    ("state twice", twice("state")),
    ("no code", without("code")),
    ("code empty", changed(code="")),
    ("code guessed", changed(code="guessed")),
    ("code too long", changed(code="A" * 5000)),
    ("code twice", twice("code", "other")),
    ("two realms", twice("realmId", "999")),
    ("other realm", changed(realmId="999")),
    ("no realm", without("realmId")),
    ("realm is no number", changed(realmId="../../v3/company/1")),
    ("server error", changed(error="server_error")),
    ("error and code", changed(error="access_denied")),
    ("only an error", lambda given: [("error", "access_denied"), ("state", given["state"])]),
    ("nothing at all", lambda _given: []),
    (
        "html in the description",
        lambda given: [
            ("error", "<script>alert(1)</script>"), ("state", given["state"]),
            ("error_description", "<script>alert(1)</script>"),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_case", "mutate"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_an_altered_answer_connects_nothing(
    desk: Office, signed_in: Visitor, _case: str, mutate: Mutation
) -> None:
    given = query(answer_of(signed_in, desk))
    back = f"/oauth/quickbooks/callback?{urlencode(mutate(given))}"
    page = refused(signed_in.get(back), signed_in, desk)
    assert "alert(1)" not in page


def test_the_genuine_answer_is_good_once(desk: Office, signed_in: Visitor) -> None:
    back = answer_of(signed_in, desk)
    assert path_of(signed_in.get(back)).endswith("/connections")
    again = signed_in.get(back)
    assert path_of(again) == "/"
    assert len(desk.connections()) == 1
    assert desk.grants() == 1


def test_an_answer_after_ten_minutes_is_refused(desk: Office, signed_in: Visitor) -> None:
    back = answer_of(signed_in, desk)
    desk.universe.world.clock.advance(timedelta(minutes=10, seconds=1))
    assert "took longer than 10 minutes" in refused(signed_in.get(back), signed_in, desk)


def test_an_answer_in_another_browser_is_refused(desk: Office, signed_in: Visitor) -> None:
    back, other = answer_of(signed_in, desk), desk.visitor()
    other.sign_in("quickbooks", USER)
    assert "another browser" in refused(other.get(back), other, desk)
    assert path_of(signed_in.get(back)) == "/"
    assert desk.connections() == []


def test_an_answer_without_any_session_is_refused(desk: Office, signed_in: Visitor) -> None:
    stranger = desk.visitor()
    refused(stranger.get(answer_of(signed_in, desk)), stranger, desk)


def test_an_answer_of_one_vendor_is_not_taken_at_the_other(
    desk: Office, signed_in: Visitor
) -> None:
    back = answer_of(signed_in, desk).replace("/oauth/quickbooks/", "/oauth/xero/")
    refused(signed_in.get(back), signed_in, desk)


def test_an_answer_for_a_sign_in_does_not_connect(desk: Office) -> None:
    company_of(desk, "quickbooks")
    visitor = desk.visitor()
    url = visitor.start("/sign-in/quickbooks")
    back = visitor.consent(url, user=visitor.user("quickbooks", USER))
    visitor.get(f"{back}&realmId={realm(desk)}")
    assert desk.connections() == []
    assert desk.grants() == 0


def test_who_signed_out_meanwhile_connects_nothing(desk: Office, signed_in: Visitor) -> None:
    back = answer_of(signed_in, desk)
    signed_in.post("/sign-out")
    refused(signed_in.get(back), signed_in, desk)


def test_who_says_no_reads_that_nothing_happened(desk: Office, signed_in: Visitor) -> None:
    back = answer_of(signed_in, desk, decision="deny")
    assert "You did not give access" in refused(signed_in.get(back), signed_in, desk)


@pytest.mark.parametrize("path", ["/oauth/sage/callback?state=1&code=2", "/oauth/xero/callback"])
def test_even_a_strange_address_answers_with_a_redirect(desk: Office, path: str) -> None:
    visitor = desk.visitor()
    refused(visitor.get(path), visitor, desk)


def test_trouble_in_the_house_is_no_page_at_the_callback_either(
    desk: Office, signed_in: Visitor
) -> None:
    back = answer_of(signed_in, desk)
    with desk.universe.deps.engine.connect() as tx:
        tx.exec_driver_sql("ALTER TABLE oauth_grant RENAME TO away")
        tx.commit()
    answer = signed_in.get(back)
    assert (answer.status_code, path_of(answer)) == (302, "/")
    assert "Something went wrong here" in signed_in.page("/")


@pytest.mark.parametrize("fault", ["503", "html", "reset_after_commit", "cut_body"])
@pytest.mark.parametrize("kind", ["quickbooks.oauth.token", "quickbooks.companyinfo.read"])
def test_a_vendor_in_trouble_connects_nothing_and_can_be_asked_again(
    desk: Office, signed_in: Visitor, kind: str, fault: str
) -> None:
    back = answer_of(signed_in, desk)
    desk.universe.world.faults.replace([Fault(fault, on=kind)])
    refused(signed_in.get(back), signed_in, desk)
    desk.universe.world.faults.replace([])
    assert path_of(signed_in.get(answer_of(signed_in, desk))).endswith("/connections")


def test_who_signs_in_as_somebody_else_meanwhile_connects_nothing(
    desk: Office, signed_in: Visitor
) -> None:
    desk.universe.vendors.quickbooks.add_user("other@firm.example", "Other", [])
    back = answer_of(signed_in, desk)
    url = signed_in.start("/sign-in/quickbooks")
    with signed_in.client.session_transaction() as session:
        session_id = session["id"]
    signed_in.get(signed_in.consent(url, user=signed_in.user("quickbooks", "other@firm.example")))
    with signed_in.client.session_transaction() as session:
        assert session["id"] != session_id
        session["id"] = session_id
    page = refused(signed_in.get(back), signed_in, desk)
    assert "You are signed out" in page
