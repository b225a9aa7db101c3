"""Messages: each step of each invoice is taken once, by whoever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from connector.correspondence import messages
from connector.deps import Deps
from providers.messages import Message
from tests.connector.office import NOW, connect

DUE = date(2026, 2, 1)
Place = tuple[str, str, date]


def claim(deps: Deps, connection_id: int, places: Sequence[Place], *, key: str = "k1",
          customer: str = "c1") -> bool:  # fmt: skip
    with deps.writing() as tx:
        return messages.claim_steps(
            tx, connection_id, places, customer_id=customer, currency="USD", mode="autopilot",
            intent_key=key, at=NOW,
        )  # fmt: skip


def test_a_step_is_taken_once_for_an_invoice_and_its_due_date(both: Deps) -> None:
    connection_id = connect(both)
    assert claim(both, connection_id, [("i1", "friendly", DUE)])
    assert not claim(both, connection_id, [("i1", "friendly", DUE)])
    assert claim(both, connection_id, [("i1", "reminder", DUE)])
    assert claim(both, connection_id, [("i1", "friendly", DUE + timedelta(days=9))])
    assert claim(both, connect(both, "Birch"), [("i1", "friendly", DUE)])


def test_of_a_message_about_several_all_steps_are_taken_or_none(both: Deps) -> None:
    connection_id = connect(both)
    assert claim(both, connection_id, [("i2", "friendly", DUE)])
    assert not claim(both, connection_id, [(f"i{n}", "friendly", DUE) for n in (1, 2, 3)])
    assert claim(both, connection_id, [("i1", "friendly", DUE), ("i3", "friendly", DUE)])


def test_of_eight_who_want_the_same_step_one_gets_it(both: Deps) -> None:
    connection_id = connect(both)
    places = [("i1", "friendly", DUE), ("i2", "friendly", DUE)]
    orders = [places, places[::-1]] * 8
    with ThreadPoolExecutor(8) as many:
        taken = list(many.map(lambda order: claim(both, connection_id, order), orders))
    assert taken.count(True) == 1


def test_steps_given_back_can_be_taken_again(both: Deps) -> None:
    connection_id = connect(both)
    claim(both, connection_id, [("i1", "friendly", DUE)], key="k1")
    claim(both, connection_id, [("i2", "friendly", DUE)], key="k2")
    with both.writing() as tx:
        messages.give_back_steps(tx, connection_id, "k1")
    assert claim(both, connection_id, [("i1", "friendly", DUE)], key="k3")
    assert not claim(both, connection_id, [("i2", "friendly", DUE)], key="k3")


def test_the_history_can_leave_out_one_message(both: Deps) -> None:
    connection_id = connect(both)
    claim(both, connection_id, [("i1", "friendly", DUE)], key="k1")
    claim(both, connection_id, [("i1", "reminder", DUE)], key="k2")
    claim(both, connection_id, [("i9", "reminder", DUE)], key="k3", customer="c9")
    with both.reading() as tx:
        all_ = messages.asked(tx, connection_id, ["c1"])["c1", "USD"]
        rest = messages.asked(tx, connection_id, ["c1"], but_for=["k2"])["c1", "USD"]
        assert set(messages.asked(tx, connection_id, ["c1", "c2"])) == {("c1", "USD")}
        assert messages.customers_asked_since(tx, connection_id, NOW) == {"c1", "c9"}
        assert not messages.customers_asked_since(tx, connection_id, NOW + timedelta(hours=1))
    assert [row.step for row in all_] == ["friendly", "reminder"]
    assert [row.step for row in rest] == ["friendly"]


def test_a_message_is_kept_word_for_word_and_found_by_what_answers_it(both: Deps) -> None:
    connection_id = connect(both)
    message = Message("<k1@x>", "Ash", "ar@x", "ar@x", ("a@b.c",), "Sübject", "text", "<p>text</p>")
    for later in (0, 5):
        with both.writing() as tx:
            messages.keep(
                tx, connection_id, message, intent_key="k1", decision_id=7, customer_id="c1",
                currency="USD", step="friendly", invoice_ids=["i1"], read_at=NOW,
                sent_at=NOW + timedelta(seconds=later),
            )  # fmt: skip
    with both.reading() as tx:
        (sent,) = messages.sent(tx, connection_id)
        assert messages.sent(tx, connection_id, decision_id=8) == []
        assert messages.answered(tx, ["<else@x>", "<k1@x>"]) == (connection_id, "c1")
        assert messages.answered(tx, ["<else@x>"]) is None
    assert (sent.subject, sent.html, sent.recipients) == ("Sübject", "<p>text</p>", ["a@b.c"])
    assert sent.sent_at - sent.read_at == timedelta(seconds=5)
