"""Signing in, connecting and disconnecting at the simulated QuickBooks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from providers.errors import Reconnect, Refused
from providers.quickbooks.reader import QuickBooksReader
from tests.providers.quickbooks.connected import (
    BACK,
    START,
    Connected,
)


def test_a_consent_reaches_the_company_that_was_chosen(books: Connected) -> None:
    (company,) = books.authority.companies(books.access.tokens, books.callback["realmId"])
    assert (company.id, company.name) == (books.realm, "Tidewater Supply")
    person = books.authority.identify(books.access.tokens, "n-1")
    assert (person.email, person.email_verified, person.name) == (
        "sue@tidewater.example", True, "Sue Park",
    )  # fmt: skip
    hard = books.access.tokens.hard_until
    assert hard is not None
    assert hard - START == timedelta(days=5 * 365)


def test_a_company_of_somebody_else_is_refused(books: Connected) -> None:
    other = books.product.add_company("Elsewhere", "USD", "US", "America/New_York")
    with pytest.raises(Refused):
        books.authority.companies(books.access.tokens, other)


def test_a_code_is_good_once(books: Connected) -> None:
    with pytest.raises(Refused):
        books.authority.exchange(code=books.callback["code"], redirect_uri=BACK)


def test_the_token_rotates_and_the_old_one_lives_for_its_grace(books: Connected) -> None:
    first = books.access.tokens.refresh_token
    books.clock.advance(timedelta(hours=25))
    second = books.authority.refresh(first).refresh_token
    assert second != first
    books.clock.advance(books.authority.grace - timedelta(minutes=1))
    assert books.authority.refresh(first).refresh_token == second
    books.clock.advance(timedelta(minutes=2))
    with pytest.raises(Reconnect):
        books.authority.refresh(first)


def test_an_expired_access_token_is_renewed_on_the_way(books: Connected) -> None:
    before = books.access.token()
    books.clock.advance(timedelta(hours=2))
    assert books.reader.organisation().name == "Tidewater Supply"
    assert books.access.token() != before


def test_after_a_release_nothing_is_reached(books: Connected) -> None:
    (company,) = books.authority.companies(books.access.tokens, books.realm)
    books.authority.release(books.access.tokens, company)
    with pytest.raises(Reconnect):
        books.reader.organisation()
    books.authority.release(books.access.tokens, company)


def test_a_user_who_was_shut_out_must_connect_again(books: Connected) -> None:
    books.product.shut_out("sue@tidewater.example", books.realm)
    with pytest.raises(Reconnect):
        books.reader.organisation()


def test_another_company_is_out_of_reach(books: Connected) -> None:
    other = books.product.add_company("Elsewhere", "USD", "US", "America/New_York")
    reader = QuickBooksReader(books.vendor, books.http, books.access, other)
    with pytest.raises(Reconnect):
        reader.organisation()
