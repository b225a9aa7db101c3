"""Consents on record: the last word counts, a no counts at once, and every word is kept."""

from __future__ import annotations

import pytest

from connector import audit
from connector.deps import Deps
from connector.recipients import consents
from connector.recipients.consents import MACHINE, State
from dunning.customer.channels import Channel
from tests.connector.office import connect

PHONE = "+12125550123"


@pytest.fixture
def connection_id(both: Deps) -> int:
    return connect(both)


def say(deps: Deps, connection_id: int, yes: bool, channel: Channel = Channel.TEXT,
        address: str = PHONE, customer_id: str = "c1") -> None:  # fmt: skip
    what = consents.give if yes else consents.revoke
    with deps.writing() as tx:
        what(tx, connection_id, channel, address, customer_id=customer_id, words="their words",
             by="ann", at=deps.now())  # fmt: skip


def known(deps: Deps, connection_id: int, channel: Channel = Channel.TEXT,
          address: str = PHONE) -> tuple[bool, bool]:  # fmt: skip
    """(given, suppressed)."""
    with deps.reading() as tx:
        return (
            consents.given(tx, connection_id, channel, address, "c1"),
            consents.suppressed(tx, connection_id, channel, address),
        )


def test_silence_is_neither_yes_nor_no(both: Deps, connection_id: int) -> None:
    assert known(both, connection_id) == (False, False)


def test_the_last_word_counts_and_all_are_kept(both: Deps, connection_id: int) -> None:
    for yes, expected in ((True, (True, False)), (False, (False, True)), (True, (True, False))):
        say(both, connection_id, yes)
        assert known(both, connection_id) == expected
    with both.reading() as tx:
        every = consents.listed(tx, connection_id, every=True)
        last = consents.listed(tx, connection_id)
        told = audit.entries(tx, connection_id)
    assert [one.state for one in every] == [State.GIVEN, State.REVOKED, State.GIVEN]
    assert len(last) == 1
    assert (last[0].words, last[0].by, last[0].at) == ("their words", "ann", both.now())
    assert [entry.event for entry in told] == [
        "consent.given", "consent.revoked", "consent.given",
    ]  # fmt: skip


def test_a_channel_an_address_and_a_customer_stand_for_themselves(
    both: Deps, connection_id: int
) -> None:
    say(both, connection_id, True)
    assert known(both, connection_id, Channel.CALL) == (False, False)
    assert known(both, connection_id, address="+12125550199") == (False, False)
    assert known(both, connect(both, "Other")) == (False, False)
    with both.reading() as tx:
        assert not consents.given(tx, connection_id, Channel.TEXT, PHONE, "c2")
        numbers = consents.numbers_of(tx, connection_id, ["c1", "c2"])
        assert (numbers["c1"][Channel.TEXT], "c2" in numbers) == (PHONE, False)


def test_a_no_by_telephone_ends_both_channels_and_leaves_mail_alone(
    both: Deps, connection_id: int
) -> None:
    for channel in MACHINE:
        say(both, connection_id, True, channel)
    say(both, connection_id, True, Channel.EMAIL, "ann@buyer.example")
    with both.writing() as tx:
        consents.revoke_number(tx, connection_id, PHONE, customer_id="c1", words="stop",
                               by="customer", at=both.now())  # fmt: skip
        assert not consents.numbers_of(tx, connection_id, ["c1"])
    for channel in MACHINE:
        assert known(both, connection_id, channel) == (False, True)
    assert known(both, connection_id, Channel.EMAIL, "ann@buyer.example") == (True, False)


def test_an_e_mail_address_is_the_same_in_any_case(both: Deps, connection_id: int) -> None:
    say(both, connection_id, False, Channel.EMAIL, "Ann@Buyer.example ")
    assert known(both, connection_id, Channel.EMAIL, "ANN@buyer.EXAMPLE")[1]


def test_a_number_is_known_in_every_company_that_uses_it(both: Deps, connection_id: int) -> None:
    other = connect(both, "Other")
    say(both, connection_id, True)
    say(both, other, True, customer_id="x9")
    with both.reading() as tx:
        assert consents.places_of(tx, PHONE) == {connection_id: "c1", other: "x9"}
        assert consents.places_of(tx, "+1") == {}


@pytest.mark.parametrize("text", [
    "stop", "STOP", " Stop. ", "«stop»", "quit!", "End", "REVOKE",
    "opt out", "Opt-Out", "opt_out", "OPTOUT", "cancel", "unsubscribe\n", "Stop all", "stop 🙏",
])  # fmt: skip
def test_the_words_of_the_law_are_a_no(text: str) -> None:
    assert consents.is_no(text)


@pytest.mark.parametrize("text", [
    "", " ", "stop it please", "no", "never stop", "weekend", "the end", "cancelled", "st op",
])  # fmt: skip
def test_other_words_are_a_persons_to_read(text: str) -> None:
    assert not consents.is_no(text)
