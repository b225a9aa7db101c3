"""Importing bank files: whole or not at all, once, with what was recognised and how it was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector import audit
from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Item, Standing
from connector.past import bank_files
from connector.receiving import receipts
from providers.bank import mapping, reading
from providers.bank.refusal import BadStatement
from tests.connector.office import clock_of, connect
from tests.providers.bank.shelf import NAMES, raw

DAY = b":20:S\n:25:ACC\n:28C:%d\n:60F:C26030%dUSD%d,00\n:61:26030%d030%dC5,NTRFX%d\n"
END = b":62F:C26030%dUSD%d,00\n-\n"


def day(number: int, opening: int) -> bytes:
    """A statement of one payment of 5.00."""
    given = (number, number, opening, number, number, number)
    return DAY % given + END % (number, opening + 5)


def money(deps: Deps, connection_id: int) -> list[Item]:
    with deps.reading() as tx:
        return cash.listed(tx, connection_id, tuple(Standing))


def bring(deps: Deps, connection_id: int, content: bytes, **how: object) -> receipts.Imported:
    return receipts.import_statement(
        deps,
        connection_id,
        content,
        by="tests",
        **how,  # type: ignore[arg-type]
    )


def test_a_file_is_kept_with_all_that_the_bank_said(both: Deps) -> None:
    connection_id = connect(both)
    done = bring(both, connection_id, raw("statement_053_v2.xml"), name="march.xml")
    assert (done.lines, done.new) == (3, 3)
    assert done.told[0] == (
        "CAMT.053, account DE89370400440532013000, statement 2026-041: 3 credits of 6 lines;"
        " balance EUR 1,000.00 + movements = EUR 1,405.40, to the cent"
    )
    by_amount = {str(item.total): item for item in money(both, connection_id)}
    linden = by_amount["EUR 250.50"]
    assert (linden.payer_account, linden.end_to_end_id, linden.bank_reference) == (
        "DE75512108001245126199", "E2E-77", "REF-1"
    )  # fmt: skip
    assert linden.text == "Rechnung INV-1001 RF18539007547034 INV-1002 less discount"
    with both.reading() as tx:
        (file,) = bank_files.arrived(tx, connection_id)
        entry, back = audit.entries(tx, connection_id)
    assert (back.event, back.what["amount"]) == ("bank_return.kept", "EUR 45.10")
    assert (file.name, file.format, file.credits, file.new) == ("march.xml", "CAMT.053", 3, 3)
    assert entry.what["file"] == bank_files.digest(raw("statement_053_v2.xml"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "british.csv"])
def test_every_file_counts_once(deps: Deps, name: str) -> None:
    connection_id = connect(deps)
    first = bring(deps, connection_id, raw(name), account="main")
    again = bring(deps, connection_id, raw(name), account="main")
    assert (first.lines, again.new) == (first.new, 0)
    assert len(money(deps, connection_id)) == first.lines > 0


def test_a_refused_file_leaves_nothing_behind(both: Deps) -> None:
    connection_id = connect(both)
    wrong = raw("statement_053_v2.xml").replace(b"1405.40", b"1405.41")
    with pytest.raises(BadStatement):
        bring(both, connection_id, wrong)
    assert money(both, connection_id) == []
    with both.reading() as tx:
        assert bank_files.arrived(tx, connection_id) == []
        assert audit.entries(tx, connection_id) == []


def test_files_that_overlap_add_only_what_is_new(deps: Deps) -> None:
    connection_id = connect(deps)
    assert bring(deps, connection_id, day(1, 100) + day(2, 105)).new == 2
    assert bring(deps, connection_id, day(3, 110) + day(2, 105)).new == 1
    assert len(money(deps, connection_id)) == 3


def test_the_same_file_at_the_same_time_counts_once(both: Deps) -> None:
    connection_id = connect(both)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: bring(both, connection_id, day(1, 100)), range(8)))
    assert sum(one.new for one in done) == 1
    assert len(money(both, connection_id)) == 1


def test_a_statement_that_does_not_go_on_from_the_last_is_told(both: Deps) -> None:
    connection_id = connect(both)
    bring(both, connection_id, day(1, 100))
    assert len(bring(both, connection_id, day(2, 105)).told) == 1
    later = bring(both, connection_id, day(4, 120)).told
    assert later[-1] == (
        "ACC: the last statement closed with USD 110.00 on 2026-03-02, this one opens with"
        " USD 120.00: a statement between them is missing"
    )
    assert len(bring(both, connection_id, day(3, 115)).told) == 1


def test_how_a_csv_was_read_is_kept_for_the_next(both: Deps) -> None:
    connection_id, other = connect(both), connect(both, "Other Books")
    with pytest.raises(BadStatement, match="more than one way"):
        bring(both, connection_id, raw("british.csv"), account="main")
    wishes = mapping.parse("date_order=DMY,currency=USD")
    assert bring(both, connection_id, raw("british.csv"), account="main", wishes=wishes).new == 1
    later = raw("british.csv").replace(b"1,250.50", b"1,251.50").replace(b"2,250.50", b"2,251.50")
    assert bring(both, connection_id, later).new == 1
    with pytest.raises(BadStatement, match="more than one way"):
        bring(both, other, later, account="main")


def test_a_file_that_waits_for_an_answer_is_forgotten_after_a_day(both: Deps) -> None:
    connection_id, other = connect(both), connect(both, "Other Books")
    with both.writing() as tx:
        key = bank_files.hold(tx, connection_id, b"raw", name="a.csv", at=both.now())
        assert bank_files.held(tx, connection_id, key) == ("a.csv", b"raw")
        assert bank_files.held(tx, other, key) is None
    clock_of(both).advance(hours=25)
    with both.writing() as tx:
        bank_files.hold(tx, connection_id, b"new", name="b.csv", at=both.now())
        assert bank_files.held(tx, connection_id, key) is None


def test_a_known_file_asks_nobody(deps: Deps) -> None:
    connection_id = connect(deps)
    assert receipts.is_known(deps, connection_id, raw("german.sta"))
    assert not receipts.is_known(deps, connection_id, raw("german.csv"))
    bring(deps, connection_id, raw("german.csv"))
    assert receipts.is_known(deps, connection_id, raw("german.csv"))


def test_a_kept_mapping_takes_header_and_account_from_the_file(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(deps, connection_id, raw("german.csv"))
    longer = b"\n".join((b"Export", raw("german.csv").replace(b"3000", b"3001")))
    guessed = reading.guessed(longer)
    assert guessed is not None
    with deps.reading() as tx:
        kept = bank_files.kept_mapping(tx, connection_id, guessed)
    assert kept is not None
    assert (kept.header, kept.account) == (5, "DE89370400440532013001")
    assert bring(deps, connection_id, longer).new == 1


INFO = (
    "Auftragskonto;Buchungstag;Verwendungszweck;Betrag;Waehrung;Info\n"
    "DE02;{day};INV-1;50,00;USD;{info}\n"
)


def test_what_is_only_announced_becomes_money_once_when_it_is_booked(deps: Deps) -> None:
    connection_id = connect(deps)
    plain, announced, booked = (
        INFO.format(day=day, info=info).encode()
        for day, info in (("29.01.26", ""), ("30.01.26", "Umsatz vorgemerkt"),
                          ("02.02.26", "Umsatz gebucht"))
    )  # fmt: skip
    assert bring(deps, connection_id, plain.replace(b"50,00", b"-5,00")).new == 0
    waits = bring(deps, connection_id, announced)
    assert (waits.lines, waits.new) == (0, 0)
    assert "1 line is not booked and no money: Umsatz vorgemerkt" in waits.told
    assert bring(deps, connection_id, booked).new == 1
    assert bring(deps, connection_id, announced).new == 0


def test_a_column_of_states_that_a_person_took_out_stays_out(deps: Deps) -> None:
    connection_id = connect(deps)
    announced = INFO.format(day="30.01.26", info="pending").encode()
    assert bring(deps, connection_id, announced, wishes={"status": ""}).new == 1
    assert bring(deps, connection_id, announced.replace(b"50,00", b"51,00")).new == 1


def test_money_keeps_the_currency_that_the_file_states(deps: Deps) -> None:
    connection_id = connect(deps)
    content = "Date,Description,Amount\n2026-01-31,INV-1,€100.00\n2026-01-31,INV-2,$90.00\n"
    home = mapping.parse("currency=USD")
    bring(deps, connection_id, content.encode(), account="main", wishes=home)
    held = sorted(str(item.total) for item in money(deps, connection_id))
    assert held == ["EUR 100.00", "USD 90.00"]
    mixed = content.replace("$90.00", "90.00").replace("INV-1", "INV-3").encode()
    with pytest.raises(BadStatement, match="line 3: it names no currency"):
        bring(deps, connection_id, mixed, account="main")
    assert len(money(deps, connection_id)) == len(held)
