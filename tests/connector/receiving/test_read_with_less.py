"""A CSV that is read again with fewer words tells of the same money, and nothing known is lost."""

from __future__ import annotations

from connector.deps import Deps
from providers.bank import mapping
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_read_anew import texts
from tests.connector.receiving.test_receipts import bring, money

TEXTS = "Date;Text;Memo;Amount (USD)\n"
LESS = mapping.parse("reference=Text")


def two_texts(*lines: tuple[str, str, str], day: object = TODAY) -> bytes:
    rows = (f"{day};{text};{memo};{amount}.00\n" for text, memo, amount in lines)
    return "".join((TEXTS, *rows)).encode()


def test_fewer_words_are_the_same_money_and_nothing_is_lost(both: Deps) -> None:
    connection_id = connect(both)
    first = two_texts(("Ash", "INV-1", "100"), ("Ash", "INV-2", "100"), ("Elm", "x 1", "5"))
    assert bring(both, connection_id, first, account="main").new == 3
    longer = first + f"{TODAY};Ash;INV-3;100.00\n".encode()
    done = bring(both, connection_id, longer, wishes=LESS)
    assert (done.lines, done.new) == (4, 1)
    assert "3 lines were known by another reading of the columns" in " ".join(done.told)
    kept = ["Ash", "Ash INV-1", "Ash INV-2", "Elm x 1"]
    assert texts(both, connection_id) == kept
    for more in (b"", f"{TODAY};Oak;INV-4;7.00\n".encode()):
        later = bring(both, connection_id, longer + more + b"\n")
        assert (later.new, [it for it in later.told if "Both count" in it]) == (bool(more), [])
    assert texts(both, connection_id) == [*kept, "Oak"]
    back = bring(both, connection_id, longer + b"\n\n", wishes=mapping.parse("reference=Text+Memo"))
    assert back.new == 0
    assert texts(both, connection_id) == ["Ash INV-1", "Ash INV-2", "Ash INV-3", "Elm x 1", "Oak"]


def test_an_export_that_says_less_tells_of_the_same_money_each_line_for_one(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(
        deps, connection_id, two_texts(("Ash", "INV-1", "100"), ("Ash", "INV-2", "100")),
        account="main",
    )  # fmt: skip
    short = "Date;Text;Amount (USD)\n" + f"{TODAY};Ash;100.00\n" * 3
    assert bring(deps, connection_id, short.encode(), account="main").new == 1
    assert texts(deps, connection_id) == ["Ash", "Ash INV-1", "Ash INV-2"]


def test_by_the_same_reading_one_word_less_is_another_line(deps: Deps) -> None:
    connection_id = connect(deps)
    for text in ("Rent March", "Rent"):
        raw = f"Date;Text;Amount (USD)\n{TODAY};{text};100.00\n"
        done = bring(deps, connection_id, raw.encode(), account="main")
        assert done.new == 1
    assert "came as 'Rent March' before, and comes as 'Rent' now. Both count" in done.told[-1]
    assert len(money(deps, connection_id)) == 2


def test_other_words_by_a_changed_reading_are_known_by_their_ids_of_then(deps: Deps) -> None:
    connection_id = connect(deps)
    first = two_texts(("Ash", "INV-1", "100"), ("Ash", "INV-2", "100"))
    bring(deps, connection_id, first, account="main", wishes=LESS)
    other = first + f"{TODAY};Elm;INV-3;100.00\n".encode()
    assert bring(deps, connection_id, other, wishes=mapping.parse("reference=Memo")).new == 1
    assert len(money(deps, connection_id)) == 3
