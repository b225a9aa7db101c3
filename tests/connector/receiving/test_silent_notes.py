"""A column of notes that says nothing in the first file is read as soon as it says something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.deps import Deps
from connector.past import bank_files
from providers.bank import mapping, reading
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_receipts import bring, money

HEAD = "Date,Amount,Currency,Payer,Reference,Note,Memo text\n"
LATER = ("Ash,DEPOSIT A,INV-1001,", "Zed,DEPOSIT B,for June,")
SILENT = [
    ["P1,DEP 1,,"], [f"P{n},DEP {n},," for n in range(30)],
    [f"P{n},DEP {n},thank you," for n in range(3)], [f"P{n},DEP {n},thank you," for n in range(2)],
]  # fmt: skip


def file(*rows: str, days: int = 0) -> bytes:
    day = TODAY + timedelta(days=days)
    cells = (row.split(",", 1) for row in rows)
    return "".join((HEAD, *(f"{day},5.00,USD,{payer},{rest}\n" for payer, rest in cells))).encode()


def texts(deps: Deps, connection_id: int) -> dict[str, str]:
    return {item.payer: item.text for item in money(deps, connection_id)}


@pytest.mark.parametrize("first", SILENT)
def test_it_is_read_from_the_first_file_on_in_which_it_says_something(
    both: Deps, first: list[str]
) -> None:
    connection_id = connect(both)
    bring(both, connection_id, file(*first), account="main")
    before = {item.id for item in money(both, connection_id)}

    done = bring(both, connection_id, file(*LATER, days=1), account="main")

    assert done.new == len(LATER)
    read = texts(both, connection_id)
    assert (read["Ash"], read["Zed"]) == ("DEPOSIT A INV-1001", "DEPOSIT B for June")
    again = bring(both, connection_id, file(*first, *LATER) + b"\n", account="main")
    assert again.new == len(LATER)
    assert {item.id for item in money(both, connection_id)} > before


@pytest.mark.parametrize("first", SILENT)
def test_what_is_known_keeps_its_id_beside_it(both: Deps, first: list[str]) -> None:
    connection_id = connect(both)
    bring(both, connection_id, file(*first), account="main")
    before = {item.id for item in money(both, connection_id)}

    done = bring(both, connection_id, file(*first, *LATER), account="main")

    after = {item.id: item.text for item in money(both, connection_id)}
    assert (done.new, len(after) - len(before)) == (len(LATER), len(LATER))
    assert before < after.keys()
    assert not any("Both count" in sentence for sentence in done.told)


@pytest.mark.parametrize("wish", ["note=", "note=Memo text"])
def test_one_that_a_person_took_out_stays_out(both: Deps, wish: str) -> None:
    connection_id = connect(both)
    wishes = mapping.parse(wish)
    bring(both, connection_id, file("P1,DEP 1,,"), account="main", wishes=wishes)
    bring(both, connection_id, file(*LATER, days=1), account="main")
    assert texts(both, connection_id)["Ash"] == "DEPOSIT A"

    put_back = mapping.parse("note=Note")
    bring(
        both, connection_id, file("Elm,DEPOSIT C,INV-7,", days=2), account="main", wishes=put_back
    )
    bring(both, connection_id, file("Oak,DEPOSIT D,INV-8,x INV-9", days=3), account="main")
    read = texts(both, connection_id)
    assert (read["Elm"], read["Oak"]) == ("DEPOSIT C INV-7", "DEPOSIT D INV-8")


def test_notes_that_were_read_stay_beside_a_new_one(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(deps, connection_id, file("P1,DEP 1,,INV-7", "P2,DEP 2,,June"), account="main")
    bring(deps, connection_id, file(*LATER, days=1), account="main")
    bring(deps, connection_id, file("Elm,D,INV-7,June", "Oak,E,INV-8,July", days=2), account="main")
    read = texts(deps, connection_id)
    assert (read["P1"], read["Ash"]) == ("DEP 1 INV-7", "DEPOSIT A INV-1001")
    assert read["Elm"] == "D INV-7 June"


@pytest.mark.parametrize(
    ("columns", "notes"),
    [
        ({"reference": (4,)}, (5,)), ({}, ()), ({"reference": (4,), "payer_account": (5,)}, ()),
        ({"reference": (4, 5)}, ()), ({"reference": (4,), "note": (6,)}, (5, 6)),
    ],
)  # fmt: skip
def test_only_a_column_without_a_part_beside_a_reference_is_one(
    deps: Deps, columns: dict[str, tuple[int, ...]], notes: tuple[int, ...]
) -> None:
    connection_id = connect(deps)
    guessed = reading.guessed(file(*LATER))
    assert guessed is not None
    assert guessed.columns["note"] == (5,)
    plain = {"date": (0,), "amount": (1,), "currency": (2,), "payer": (3,)}
    before = mapping.Mapping(columns=plain | columns, names=guessed.names)
    with deps.writing() as tx:
        bank_files.keep_mapping(tx, connection_id, before, by="tests", at=deps.now())
        kept = bank_files.kept_mapping(tx, connection_id, guessed)
    assert kept is not None
    assert kept.columns.get("note", ()) == notes
    assert mapping.load(kept.unnoted(guessed).dump()).no_notes == kept.unnoted(guessed).no_notes
