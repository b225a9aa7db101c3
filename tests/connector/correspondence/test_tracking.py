"""Links and events: once a minute, people and machines apart, tenants apart, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from connector.correspondence import tracking
from connector.correspondence.tracking import Event, Kind, Link, Purpose, Signs
from connector.deps import Deps

NOW = datetime(2026, 3, 6, 9, 30, 20, tzinfo=UTC)
MAIL, OTHER = "<m1@cedar.example>", "<m2@cedar.example>"


def link(token: str, purpose: Purpose = Purpose.OPEN, **how: object) -> Link:
    usual = {
        "connection_id": 1, "message_id": MAIL, "intent_key": "k1", "customer_id": "ash",
        "recipient": "ann@ash.example", "target": "", "invoice_id": "", "at": NOW,
    }  # fmt: skip
    return Link(token=token, purpose=purpose, **usual | how)  # type: ignore[arg-type]


def event(token: str, kind: Kind = Kind.OPEN, *, later: float = 0, **how: object) -> Event:
    usual: dict[str, object] = {"message_id": MAIL, "recipient": "ann@ash.example"}
    at = NOW + timedelta(seconds=later)
    return Event(kind=kind, at=at, token=token, **usual | how)  # type: ignore[arg-type]


def keep(deps: Deps, *links: Link) -> None:
    with deps.writing() as tx:
        tracking.keep(tx, links)


def note(deps: Deps, *events: Event, connection_id: int = 1) -> list[bool]:
    with deps.writing() as tx:
        return [tracking.note(tx, connection_id, it) for it in events]


def test_a_storm_of_reloads_is_one_event_a_minute(both: Deps) -> None:
    keep(both, link("aa"))
    assert note(both, event("aa"), event("aa", later=30), event("aa", later=45)) == [
        True, False, True,
    ]  # fmt: skip
    with both.reading() as tx:
        assert tracking.is_known(tx, 1, event("aa", later=35))
        assert not tracking.is_known(tx, 1, event("aa", later=100))
        assert not tracking.is_known(tx, 2, event("aa"))
        assert tracking.read(tx, 1, ["ash"]).signs == {"k1": Signs(opened=2)}


def test_many_at_the_same_moment_are_one(both: Deps) -> None:
    keep(both, link("aa"))
    with ThreadPoolExecutor(8) as crowd:
        kept = list(crowd.map(lambda _: note(both, event("aa"))[0], range(24)))
    assert kept.count(True) == 1


def test_a_machine_hides_no_person_and_counts_for_none(both: Deps) -> None:
    keep(both, link("aa"))
    note(both, event("aa", by_machine=True), event("aa"), event("aa", later=90, by_machine=True))
    with both.reading() as tx:
        assert tracking.read(tx, 1, ["ash"]).signs["k1"].opened == 1
        words = [it.words for it in tracking.of_messages(tx, 1, [MAIL])[MAIL].events]
    assert words.count("opened (unreliable), by a machine") == 2
    assert words.count("opened (unreliable)") == 1


def test_clicks_are_added_up_over_the_links_of_a_message(both: Deps) -> None:
    pages = [link(f"b{n}", Purpose.PAY, target="https://pay.example", invoice_id=f"i{n}")
             for n in range(3)]  # fmt: skip
    keep(both, *pages, link("cc", Purpose.PAY, message_id=OTHER, intent_key="k2"))
    note(both, event("b0", Kind.CLICK), event("b1", Kind.CLICK, later=120))
    with both.reading() as tx:
        found = tracking.read(tx, 1, ["ash"])
    assert found.signs == {"k1": Signs(clicked=2), "k2": Signs(clicked=0)}
    assert sorted(found.pay_pages["ash"]) == [
        ("i0", NOW), ("i1", NOW + timedelta(minutes=2)),
    ]  # fmt: skip


def test_the_signs_of_many_customers_are_one_query(deps: Deps) -> None:
    keep(deps, *(link(f"a{n}", customer_id=f"c{n}", intent_key=f"k{n}") for n in range(200)))
    asked: list[str] = []
    sa.event.listen(
        deps.engine, "before_cursor_execute",
        lambda _c, _u, statement, *_rest: asked.append(statement),
    )  # fmt: skip
    with deps.reading() as tx:
        found = tracking.read(tx, 1, [f"c{n}" for n in range(200)])
    assert len(found.signs) == 200
    assert len(asked) == 1


def test_a_token_is_looked_up_for_its_own_purpose_alone(both: Deps) -> None:
    keep(both, link("aa"), link("bb", Purpose.LEAVE))
    with both.reading() as tx:
        assert tracking.find(tx, "aa", Purpose.OPEN) == link("aa")
        assert tracking.find(tx, "aa", Purpose.LEAVE) is None
        assert tracking.find(tx, "bb", Purpose.PAY, Purpose.OPEN) is None


@pytest.mark.parametrize("token", ["", "\0", "a'b", "é", "a/b", "%"])
def test_what_is_no_token_is_not_even_asked_for(both: Deps, token: str) -> None:
    with both.reading() as tx:
        assert tracking.find(tx, token, Purpose.OPEN) is None


def test_a_mail_that_is_tried_again_keeps_its_links_and_goes_out_later(both: Deps) -> None:
    keep(both, link("aa"))
    keep(both, link("aa", at=NOW + timedelta(minutes=5)))
    with both.reading() as tx:
        found = tracking.find(tx, "aa", Purpose.OPEN)
    assert found is not None
    assert found.at == NOW + timedelta(minutes=5)


def test_long_words_are_cut(both: Deps) -> None:
    note(both, event("", Kind.BOUNCE, detail="x" * 2000))
    with both.reading() as tx:
        (kept,) = tracking.of_messages(tx, 1, [MAIL])[MAIL].events
    assert len(kept.detail) == tracking.DETAIL_CHARACTERS_MAX
