"""Notes that people change in the bank's own app: no money counts again for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector import receipts
from connector.deps import Deps
from connector.modes import Mode
from providers.bank import mapping
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.test_conversion import allow
from tests.connector.test_read_anew import texts
from tests.connector.test_receipts import bring, money

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
