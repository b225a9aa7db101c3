"""People of a firm by their pages: invited through a link, two ways in, and out again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from connector.access.colleagues import LIVES
from tests.ui_embed.office import OURS, Office, Visitor, company_of, path_of

BOOKS = {name: f"books@{name}.example" for name in ("quickbooks", "xero")}
INVITATION = re.compile(rf'value="{OURS}(/join/[\w-]{{20,}})"')


@pytest.fixture
def companies(desk: Office) -> dict[str, str]:
    return {name: company_of(desk, name, f"{name.title()} Shop") for name in BOOKS}


@pytest.fixture
def owner(desk: Office, companies: dict[str, str]) -> Visitor:
    """Signed in with Intuit, with a QuickBooks company."""
    made = desk.visitor()
    made.sign_in("quickbooks", BOOKS["quickbooks"])
    made.connect("quickbooks", BOOKS["quickbooks"], companies["quickbooks"])
    desk.universe.settle()
    return made


def invitation(owner: Visitor) -> str:
    page = owner.post("/people/invitation", on="/people").text
    found = INVITATION.search(page)
    assert found, "the page shows no invitation"
    assert found[1] not in owner.page("/people"), "it is shown once"
    return found[1]


def follow(desk: Office, path: str, company: str) -> Visitor:
    """A colleague who opens the link, signs in with Xero, and joins."""
    colleague = desk.visitor()
    page = colleague.page(path)
    assert f"{BOOKS['quickbooks']} invites you" in page
    assert "Sign in with Xero" in page
    assert path_of(colleague.sign_in("xero", BOOKS["xero"], company)) == path
    assert f"You are signed in as {BOOKS['xero']}" in colleague.page(path)
    assert path_of(colleague.post(path, on=path)) == "/"
    return colleague


def test_a_colleague_joins_by_the_link_and_sees_the_clients(
    desk: Office, owner: Visitor, companies: dict[str, str]
) -> None:
    path = invitation(owner)
    colleague = follow(desk, path, companies["xero"])
    assert "Quickbooks Shop" in colleague.page("/")
    assert colleague.get("/clients/1").status_code == 200
    assert "A colleague may look into this client" in owner.page("/clients/1/audit")
    page = owner.page("/people")
    assert f"{BOOKS['xero']}; signs in with Xero" in page
    assert "no longer good" in desk.visitor().page(path)


def test_who_is_taken_out_is_out_at_once(
    desk: Office, owner: Visitor, companies: dict[str, str]
) -> None:
    colleague = follow(desk, invitation(owner), companies["xero"])
    assert path_of(owner.post("/people/2/leave", on="/people")) == "/people"
    assert path_of(colleague.get("/clients/1")) == "/"
    assert "Please sign in" in colleague.page("/")
    colleague.sign_in("xero", BOOKS["xero"], companies["xero"])
    assert colleague.get("/clients/1").status_code == 404
    assert (
        "invite a colleague first"
        in owner.client.post(
            "/people/1/leave", data={"csrf_token": csrf(owner)}, follow_redirects=True
        ).text
    )


def csrf(visitor: Visitor) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.page("/people"))
    assert found
    return found[1]


def test_the_other_vendors_sign_in_leads_to_the_same_clients(
    desk: Office, owner: Visitor, companies: dict[str, str]
) -> None:
    assert "Also sign in with Xero" in owner.page("/people")
    url = owner.start("/people/link/xero")
    back = owner.consent(url, user=BOOKS["xero"], tenant=companies["xero"])
    assert path_of(owner.get(back)) == "/people"
    page = owner.page("/people")
    assert f"You can sign in as {BOOKS['xero']}, too." in page
    assert "signs in with Intuit and Xero" in page
    assert "Another way to sign in" not in page
    elsewhere = desk.visitor()
    elsewhere.sign_in("xero", BOOKS["xero"], companies["xero"])
    assert "Quickbooks Shop" in elsewhere.page("/")


def test_a_link_that_was_not_finished_ties_no_later_sign_in_to_the_person(
    desk: Office, owner: Visitor, companies: dict[str, str]
) -> None:
    owner.start("/people/link/xero")
    owner.sign_in("xero", BOOKS["xero"], companies["xero"])
    assert "No company is connected yet" in owner.page("/"), "that is somebody else"
    assert desk.people() == 2


def test_the_sign_in_of_somebody_with_clients_is_left_to_them(
    desk: Office, owner: Visitor, companies: dict[str, str]
) -> None:
    other = desk.visitor()
    other.sign_in("xero", BOOKS["xero"], companies["xero"])
    other.connect("xero", BOOKS["xero"], companies["xero"])
    back = owner.consent(
        owner.start("/people/link/xero"), user=BOOKS["xero"], tenant=companies["xero"]
    )
    assert path_of(owner.get(back)) == "/"
    assert "Somebody else signs in as" in owner.page("/")
    assert "Xero Shop" in other.page("/")
    assert "You did not join: you look after companies" in joined(owner, other)


def joined(owner: Visitor, other: Visitor) -> str:
    path = invitation(owner)
    other.post(path, on=path)
    return other.page("/")


def test_an_old_invitation_says_so(desk: Office, owner: Visitor) -> None:
    path = invitation(owner)
    desk.universe.world.clock.advance(LIVES + timedelta(minutes=1))
    assert "no longer good" in desk.visitor().page(path)
