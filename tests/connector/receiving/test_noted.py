"""Notes that people change in the bank's own app: no money counts again for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.answering import answers
from connector.clients import tenants
from connector.decided import approvals
from connector.deps import Deps
from connector.money import line_questions
from connector.receiving import receipts
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from providers.bank import mapping
from tests.connector.cash_application.test_conversion import allow
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_read_anew import texts
from tests.connector.receiving.test_receipts import bring, money

HEAD = "Date,Counter Party,Reference,Amount (USD),Notes\n"


def post(*notes: str, day: object = TODAY) -> bytes:
    """Equal payments of one day with these notes, and a line of another day's."""
    rows = (f"{day},Ash,rent,100.00,{note}\n" for note in notes)
    return "".join((HEAD, *rows, f"{day},Elm,x,1.00,weekly\n")).encode()


def rents(deps: Deps, connection_id: int) -> list[str]:
    return [text for text in texts(deps, connection_id) if "rent" in text]


@pytest.mark.parametrize(("first", "then", "kept"), [
    ("", "thanks", "rent thanks"), ("check", "seen by Ann", "rent check"),
    ("check", "", "rent check"),
])  # fmt: skip
def test_another_note_is_the_same_line(both: Deps, first: str, then: str, kept: str) -> None:
    connection_id = connect(both)
    assert bring(both, connection_id, post(first), account="main").new == 2
    done = bring(both, connection_id, post(then), account="main")
    assert done.new == 0
    assert "1 line has another note than before: not received again" in done.told
    assert rents(both, connection_id) == [kept]
    assert bring(both, connection_id, post(then) + b"\n", account="main").new == 0


def test_lines_that_differ_in_notes_alone_keep_their_own(both: Deps) -> None:
    """Also where a later file lists them otherwise, and has one more."""
    connection_id = connect(both)
    bring(both, connection_id, post("for INV-1"), account="main")
    done = bring(both, connection_id, post("for INV-2", "for INV-1"), account="main")
    assert (done.new, [it for it in done.told if "note" in it]) == (1, [])
    assert rents(both, connection_id) == ["rent for INV-1", "rent for INV-2"]
    done = bring(both, connection_id, post("for INV-1", "INV-3", "for INV-2"), account="main")
    assert (done.new, rents(both, connection_id)) == (
        1, ["rent INV-3", "rent for INV-1", "rent for INV-2"]
    )  # fmt: skip


def test_a_reading_that_has_the_note_in_the_text_keeps_its_ids(deps: Deps) -> None:
    """Until a person says that it is a note: then the lines are known by the ids of before."""
    connection_id = connect(deps)
    text = mapping.parse("reference=Reference+Notes")
    bring(deps, connection_id, post("a 1", "b 2"), account="main", wishes=text)
    longer = post("a 1", "b 2", "c 3")
    assert bring(deps, connection_id, longer).new == 1
    note = mapping.parse("note=Notes")
    assert bring(deps, connection_id, longer + b"\n", wishes=note).new == 0
    assert len(money(deps, connection_id)) == 4
    done = bring(deps, connection_id, post("a 1", "b 2", "c 3", "d 4"))
    assert (done.new, len(money(deps, connection_id))) == (1, 5)


@pytest.mark.either_ledger
def test_an_edited_note_pays_no_other_invoice(
    open_firm: Callable[..., Firm], ledger: str
) -> None:  # fmt: skip
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    allow(firm)
    ash = firm.books.customer("Ash")
    paid, day = firm.owe(ash, "INV-10001"), firm.today
    firm.pass_time(minutes=20)
    for note in ("check", "seen by Ann"):
        receipts.import_statement(
            firm.deps, firm.connection_id, post(note, day=day), by="tests", account="main"
        )
        firm.settle()
        firm.pass_time(minutes=40)
        if note == "check":
            owed = firm.owe(ash, "INV-10002")
            firm.pass_time(minutes=20)
    assert (firm.books.balance(paid), firm.books.balance(owed)) == (0, 100)


APP = "Date,Description,Amount (USD),Message\n"


def app(*messages: str, day: object = TODAY) -> bytes:
    """What an app lists: the payer and the invoice stand in the message alone."""
    rows = (f"{day},Incoming transfer,100.00,{message}\n" for message in messages)
    return "".join((APP, *rows, f"{day},Card,-1.00,Fir 3 x\n")).encode()


def connect_asking(deps: Deps) -> int:
    connection_id = connect(deps)
    with deps.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=deps.now(), by="tests")
    return connection_id


def asked(deps: Deps, connection_id: int) -> list[str]:
    with deps.reading() as tx:
        found = approvals.waiting_about(tx, connection_id, line_questions.SUBJECT)
    return [one.summary for one in found]


@pytest.mark.parametrize(("first", "then"), [
    ("Ash Ltd INV-10001", "Elm Inc INV-10009"), ("for INV-10001", "for INV-10009"),
    ("Ash", "Elm"), ("payment of Ash", "payment of Elm INV 7"), ("Rent Ash Ltd", "Rent Elm Inc"),
    ("INV 10001 Ash Ltd 2026", "INV 10009 Elm Inc 2026"), ("thank you - Ash", "thank you - Elm"),
    ("Ash Ltd invoice", "Elm Inc invoice"), ("Ash INV-7", "INV-7 seen 2 May"),
    ("", "Elm Inc INV-10009"), ("Ash", "Ashford"),
    ("payment of invoice INV-1000", "payment of invoice INV-10009"),
])  # fmt: skip
def test_a_note_that_lost_words_and_won_others_is_another_line(
    both: Deps, first: str, then: str
) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, app(first), account="main")
    done = bring(both, connection_id, app(then), account="main")
    why = f"before, and comes as 'Incoming transfer {then}' now. Both count"
    assert done.new == 1
    assert why in " ".join(done.told)
    assert [why in reason for reason in asked(both, connection_id)] == [True]
    for again in (app(then) + b"\n", app(first, then), app(then, first)):
        assert bring(both, connection_id, again).new == 0
    assert bring(both, connection_id, app("Oak of 2028", first, then)).new == 1
    assert len(money(both, connection_id)) == 3
    assert len(asked(both, connection_id)) == 1


@pytest.mark.parametrize(("first", "then"), [
    ("Ash", "Ash INV-7"), ("Ash INV-7", "Ash"), ("Ash INV-7", ""), ("INV-7", "2 May: Ash INV-7"),
    ("Pending: Ash INV-7", "Booked: Ash INV-7"), ("", "booked"),
    ("payment of the invoi", "payment of the invoice INV-7"),
])  # fmt: skip
def test_a_note_that_is_only_longer_or_shorter_is_an_edit(
    both: Deps, first: str, then: str
) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, app(first), account="main")
    assert bring(both, connection_id, app(then), account="main").new == 0
    assert asked(both, connection_id) == []


def days(*lines: tuple[int, int, str]) -> bytes:
    """Lines that differ by their days, counted back from today, their sums and their notes."""
    rows = (
        f"{TODAY - timedelta(days=ago)},Incoming transfer,{units}.00,{message}\n"
        for ago, units, message in lines
    )
    return "".join((APP, *rows)).encode()


@pytest.mark.parametrize(("known", "later", "new"), [
    ([(1, 7, "Oak"), (0, 100, "")], [(1, 7, "Oak"), (0, 100, "Elm 9")], 0),
    ([(2, 7, "Oak"), (1, 50, "a"), (0, 100, "Ash")],
     [(2, 7, "Oak"), (1, 50, "b"), (0, 100, "Elm")], 0),
    ([(0, 7, "Oak"), (0, 50, "a"), (0, 100, "Ash")],
     [(0, 7, "Oak"), (0, 50, "b"), (0, 100, "Elm")], 0),
    ([(1, 7, "Oak"), (0, 9, "Fir"), (0, 100, "")], [(1, 7, "Oak"), (0, 100, "Elm 9")], 1),
    ([(2, 7, "Oak"), (1, 9, "Fir"), (0, 100, "Ash")], [(2, 7, "Oak"), (0, 100, "Elm")], 1),
    ([(1, 100, "Ash"), (0, 7, "Oak")], [(1, 100, "Elm"), (0, 7, "Oak")], 1),
    ([(0, 50, "a"), (0, 100, "Ash")], [(0, 50, "b"), (0, 100, "Elm")], 2),
])  # fmt: skip
def test_a_file_that_lists_the_day_anew_has_the_same_lines(
    both: Deps, known: list[tuple[int, int, str]], later: list[tuple[int, int, str]], new: int
) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, days(*known), account="main")
    assert bring(both, connection_id, days(*later), account="main").new == new
    assert len(asked(both, connection_id)) == new


@pytest.mark.parametrize(("known", "later", "new"), [
    ([(0, 50, ""), (0, 70, ""), (0, 90, "")], [(0, 50, "a"), (0, 70, "b"), (0, 90, "c")], 0),
    ([(0, 50, ""), (0, 70, "")], [(0, 50, "a"), (0, 70, "b")], 2),
    ([(0, 50, ""), (0, 70, ""), (0, 90, ""), (0, 7, "")],
     [(0, 50, "a"), (0, 70, "b"), (0, 90, "c")], 3),
    ([(0, 50, ""), (0, 70, ""), (0, 90, ""), (0, 7, "Ash")],
     [(0, 50, "a"), (0, 70, "b"), (0, 90, "c"), (0, 7, "Elm")], 4),
])  # fmt: skip
def test_where_all_lines_of_a_day_have_notes_later_they_are_the_same(
    both: Deps, known: list[tuple[int, int, str]], later: list[tuple[int, int, str]], new: int
) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, days((1, 8, "Oak"), *known), account="main")
    assert bring(both, connection_id, days(*later), account="main").new == new
    assert len(asked(both, connection_id)) == new


@pytest.mark.parametrize(("known", "later", "kept"), [
    (["rent", "rent Elm"], ["rent Elm 9", "rent Ash"], ["rent Ash", "rent Elm 9"]),
    (["Ash"], ["", "Ash 7"], ["", "Ash 7"]),
])  # fmt: skip
def test_a_note_grew_from_the_one_that_has_most_of_it(
    both: Deps, known: list[str], later: list[str], kept: list[str]
) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, app(*known), account="main")
    done = bring(both, connection_id, app(*later), account="main")
    assert done.new == len(later) - len(known)
    said = [text.removeprefix("Incoming transfer").strip() for text in texts(both, connection_id)]
    assert sorted(said) == kept
    assert asked(both, connection_id) == []


def test_a_file_that_lacks_another_line_of_the_day_may_lack_that_one(both: Deps) -> None:
    connection_id = connect_asking(both)
    bring(both, connection_id, post("check"), account="main")
    rest = post("seen by Ann").replace(b"Elm,x,1.00", b"Elm,x,2.00")
    assert bring(both, connection_id, rest, account="main").new == 2
    assert len(asked(both, connection_id)) == 1


def test_where_notes_are_read_from_other_columns_lines_are_the_same(both: Deps) -> None:
    """Neither the same file anew nor a new reading makes lines of other notes; by it, what was read
    before is known, and no other line is taken for it."""
    connection_id = connect_asking(both)
    unread = mapping.parse("note=")
    bring(both, connection_id, app("Ash INV-1"), account="main", wishes=unread)
    read_now = mapping.parse("note=Message")
    assert bring(both, connection_id, app("Ash INV-1"), wishes=read_now).new == 0
    assert texts(both, connection_id) == ["Incoming transfer Ash INV-1"]
    assert bring(both, connection_id, app("Elm INV-2")).new == 1
    assert len(asked(both, connection_id)) == 1


def test_a_note_from_another_column_is_no_other_line(both: Deps) -> None:
    connection_id = connect_asking(both)
    raw = app("Ash,INV 1").replace(b"Message", b"Message,Tag").replace(b"3 x", b"3 x,y")
    for column, longer in (("Message", b""), ("Tag", b"\n")):
        wishes = mapping.parse(f"note={column}")
        bring(both, connection_id, raw + longer, account="main", wishes=wishes)
    assert (len(money(both, connection_id)), asked(both, connection_id)) == (1, [])


@pytest.mark.either_ledger
@pytest.mark.parametrize("messages", [
    ("Ash Ltd INV-10001", "Elm Inc INV-10009"),
    ("INV 10001 Ash Ltd 2026", "INV 10009 Elm Inc 2026"),
])  # fmt: skip
def test_money_of_another_note_waits_for_a_person(
    open_firm: Callable[..., Firm], ledger: str, messages: tuple[str, str]
) -> None:  # fmt: skip
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    allow(firm)
    ash, elm = (firm.owe(firm.books.customer(name), number) for name, number in (
        ("Ash Ltd", "INV-10001"), ("Elm Inc", "INV-10009"),
    ))  # fmt: skip
    firm.pass_time(minutes=20)
    for message in messages:
        raw = app(message, day=firm.today)
        receipts.import_statement(firm.deps, firm.connection_id, raw, by="tests", account="main")
        firm.settle()
        firm.pass_time(minutes=40)
    assert (firm.books.balance(ash), firm.books.balance(elm)) == (0, 100)
    (question,) = [one for one in firm.asked() if line_questions.is_about(one)]
    answers.reject(firm.deps, question.id, "ann")
    firm.settle()
    firm.pass_time(minutes=40)
    assert firm.books.balance(elm) == 0
