"""The same lines by another reading of their columns: no money twice, and the text is learned."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.deps import Deps
from connector.money import cash
from connector.money.cash import Standing
from connector.past import bank_files
from connector.proof import conservation
from connector.receiving import receipts
from connector.redaction import ERASED
from connector.rules.modes import Mode
from matching.facts.rules import Family
from providers.bank import mapping
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.money import Money
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_receipts import bring, money
from tests.simulation import universe as one

NAMES = ("Buchungsdatum", "Auftraggeber", "Was", "Gutschrift in USD", "Saldo in USD")
UNREAD = {"date": (0,), "payer": (1,), "credit": (3,), "balance": (4,)}
READ = mapping.parse("reference=Was")


def post(*lines: tuple[str, str, str], day: object = TODAY) -> bytes:
    """A file of lines of payer, text and amount."""
    at, rows = 1000, []
    for payer, text, amount in lines:
        at += int(amount)
        rows.append(f"{day};{payer};{text};{amount}.00;{at}.00\n")
    return "".join((";".join(NAMES), "\n", *rows)).encode()


def leave_text_unread(deps: Deps, connection_id: int) -> None:
    """How files of this kind were read before anybody looked."""
    kept = Mapping(columns=UNREAD, names=NAMES, delimiter=";", account="MAIN", currency="USD")
    with deps.writing() as tx:
        bank_files.keep_mapping(tx, connection_id, kept, by="tests", at=deps.now())


def texts(deps: Deps, connection_id: int) -> list[str]:
    return sorted(item.text for item in money(deps, connection_id))


def test_a_corrected_reading_counts_nothing_twice_and_is_learned(both: Deps) -> None:
    connection_id = connect(both)
    leave_text_unread(both, connection_id)
    raw = post(("Ash", "INV-1", "100"), ("Ash", "INV-2", "100"), ("Elm", "x", "5"))
    assert bring(both, connection_id, raw).new == 3
    assert texts(both, connection_id) == ["", "", ""]
    done = bring(both, connection_id, raw, wishes=READ)
    assert (done.lines, done.new) == (3, 0)
    assert "3 lines were known by another reading of the columns: not received again, but read" in (
        " ".join(done.told)
    )  # fmt: skip
    assert texts(both, connection_id) == ["INV-1", "INV-2", "x"]
    assert bring(both, connection_id, raw).new == 0
    assert len(money(both, connection_id)) == 3


def test_of_a_longer_file_only_the_new_lines_count(both: Deps) -> None:
    """Each known line stands for one, of which most is said for the line that has all of it."""
    connection_id = connect(both)
    leave_text_unread(both, connection_id)
    first = post(("Ash", "INV-1", "100"), ("", "thank you", "100"))
    assert bring(both, connection_id, first).new == 2
    longer = post(
        ("Ash", "INV-1", "100"), ("", "thank you", "100"), ("Ash", "INV-3", "100"),
        ("Elm", "thank you", "100"), ("Ash", "INV-1", "90"),
    )  # fmt: skip
    assert bring(both, connection_id, longer, wishes=READ).new == 3
    assert bring(both, connection_id, longer).new == 0
    assert len(money(both, connection_id)) == 5


@pytest.mark.parametrize("other", [
    (("Elm", "INV-1", "100"),), (("Ash", "INV-1", "101"),),
])  # fmt: skip
def test_another_payer_or_amount_is_another_line(
    deps: Deps, other: tuple[tuple[str, str, str], ...]
) -> None:
    connection_id = connect(deps)
    leave_text_unread(deps, connection_id)
    bring(deps, connection_id, post(("Ash", "INV-1", "100")))
    assert bring(deps, connection_id, post(*other), wishes=READ).new == 1


def test_a_line_with_another_reference_of_the_bank_is_another_line(deps: Deps) -> None:
    connection_id = connect(deps)
    head = "Date;Text;Amount (USD);Transaction ID\n"
    for count, (text, id_) in enumerate((("", "b1"), ("INV-1", "b2")), 1):
        raw = f"{head}{TODAY};{text};100.00;{id_}\n".encode()
        assert bring(deps, connection_id, raw, account="main").new == 1
        assert len(money(deps, connection_id)) == count


def test_a_bank_that_numbers_its_lines_and_adds_a_column(deps: Deps) -> None:
    connection_id = connect(deps)
    bring(
        deps,
        connection_id,
        f"Date;Text;Amount (USD)\n{TODAY};INV-1;9.00\n".encode(),
        account="main",
    )
    more = f"Date;Text;Memo;Amount (USD);Transaction ID\n{TODAY};INV-1;for May;9.00;b1\n".encode()
    assert bring(deps, connection_id, more, account="main").new == 0
    (line,) = money(deps, connection_id)
    assert (line.text, line.bank_reference) == ("INV-1 for May", "b1")


def test_the_text_of_a_line_with_the_banks_own_id_is_learned_too(deps: Deps) -> None:
    connection_id = connect(deps)
    raw = f"Date;Text;Amount (USD);Transaction ID\n{TODAY};INV-1;9.00;b1\n".encode()
    unread = mapping.parse("reference=")
    assert bring(deps, connection_id, raw, account="main", wishes=unread).new == 1
    assert texts(deps, connection_id) == [""]
    assert bring(deps, connection_id, raw, wishes=mapping.parse("reference=Text")).new == 0
    assert texts(deps, connection_id) == ["INV-1"]
    assert bring(deps, connection_id, raw, wishes=unread).new == 0
    assert texts(deps, connection_id) == ["INV-1"]


def test_what_was_erased_is_not_learned_again(deps: Deps) -> None:
    connection_id = connect(deps)
    raw = post(("Ash", "INV-1", "100"))
    leave_text_unread(deps, connection_id)
    bring(deps, connection_id, raw)
    with deps.writing() as tx:
        (line,) = cash.listed(tx, connection_id, tuple(Standing))
        cash.learn(tx, connection_id, line, payer=ERASED)
    assert bring(deps, connection_id, raw + b"\n", wishes=READ).new == 0
    (kept,) = money(deps, connection_id)
    assert (kept.payer, kept.text) == (ERASED, "")


@pytest.mark.parametrize("wishes", ["sign=turned", "account=other"])
def test_the_same_file_with_another_account_day_or_amount_is_refused(
    deps: Deps, wishes: str
) -> None:
    connection_id = connect(deps)
    raw = f"Date;Text;Amount (USD)\n{TODAY};a;-7.00\n{TODAY};b;9.00\n".encode()
    assert bring(deps, connection_id, raw, account="main").new == 1
    with pytest.raises(BadStatement, match=r"this file was imported on .* would count twice"):
        bring(deps, connection_id, raw, wishes=mapping.parse(wishes))
    assert [str(item.total) for item in money(deps, connection_id)] == ["USD 9.00"]


def test_the_same_file_with_fewer_credits_says_that_the_others_stand(deps: Deps) -> None:
    connection_id = connect(deps)
    head = "Date;Text;Kind;Amount (USD)\n"
    raw = f"{head}{TODAY};a;Credit;7.00\n{TODAY};b;Debit;9.00\n".encode()
    wishes = mapping.parse("direction=")
    assert bring(deps, connection_id, raw, account="main", wishes=wishes).new == 2
    done = bring(deps, connection_id, raw, wishes=mapping.parse("direction=Kind"))
    assert (done.lines, done.new) == (1, 0)
    assert "2 credits were read of this file, now 1: the others stand as money" in done.told[-1]


@pytest.fixture
def firm(open_firm: Callable[..., Firm], ledger: str) -> Firm:
    """One that applies by every rule, and reads files without their texts."""
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    one.save_policy(firm.universe, firm.ledger, matching={"apply_by": list(Family)})
    leave_text_unread(firm.deps, firm.connection_id)
    return firm


def take(firm: Firm, raw: bytes, wishes: dict[str, str] | None = None) -> receipts.Imported:
    done = receipts.import_statement(
        firm.deps, firm.connection_id, raw, by="tests", wishes=wishes or {}
    )
    firm.settle()
    firm.pass_time(minutes=40)
    return done


def is_conserved(firm: Firm) -> bool:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.received == Money.of(100, "USD")
    return not line.broken


@pytest.mark.either_ledger
def test_money_that_was_applied_stays_and_a_person_is_told_of_another_number(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    ours = firm.owe(ash, "INV-1")
    firm.pass_time(minutes=20)
    raw = post(("Ash", "hosting INV-2", "100"), day=firm.today)
    take(firm, raw)
    assert firm.books.balance(ours) == 0
    other = firm.owe(ash, "INV-2")
    firm.pass_time(minutes=20)
    assert take(firm, raw, READ).new == 0
    assert (firm.books.balance(ours), firm.books.balance(other)) == (0, 100)
    (asked,) = firm.asked()
    assert "is applied already, and its text, which was not read then, names INV-2" in asked.summary
    assert take(firm, raw).new == 0
    assert is_conserved(firm)


@pytest.mark.either_ledger
def test_a_text_that_names_what_was_paid_asks_nothing(firm: Firm) -> None:
    ours = firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.pass_time(minutes=20)
    raw = post(("Ash", "INV-1 thank you", "100"), day=firm.today)
    take(firm, raw)
    assert take(firm, raw, READ).new == 0
    assert (firm.books.balance(ours), firm.asked()) == (0, [])


@pytest.mark.either_ledger
def test_money_that_waits_is_decided_on_again(firm: Firm) -> None:
    """Two customers owe the same, and nobody knows the payer."""
    first, second = (
        firm.owe(firm.books.customer(name), number)
        for name, number in (("Ash", "INV-1"), ("Birch", "INV-2"))
    )
    firm.pass_time(minutes=20)
    raw = post(("Unheard of", "INV-2", "100"), day=firm.today)
    take(firm, raw)
    with firm.deps.reading() as tx:
        assert len(cash.listed(tx, firm.connection_id, (Standing.REVIEW,))) == 1
    assert take(firm, raw, READ).new == 0
    assert (firm.books.balance(first), firm.books.balance(second)) == (100, 0)
    assert firm.asked() == []
    assert is_conserved(firm)


def test_by_the_same_reading_one_more_word_is_another_line(deps: Deps) -> None:
    connection_id = connect(deps)
    head = "Date,Name,Description,Amount (USD)\n"
    for text in ("Rent", "Rent March"):
        done = bring(
            deps, connection_id, f"{head}{TODAY},ASH LTD,{text},100.00\n".encode(), account="main"
        )
        assert done.new == 1
    assert "came as 'Rent' before, and comes as 'Rent March' now. Both count" in done.told[-1]
    assert len(money(deps, connection_id)) == 2


def test_a_line_that_was_left_out_may_come_in_by_another_reading(deps: Deps) -> None:
    connection_id = connect(deps)
    head = "Date,Text,Status,Amount (USD)\n"
    raw = f"{head}{TODAY},a,Booked,7.00\n{TODAY},b,Pending,9.00\n".encode()
    assert bring(deps, connection_id, raw, account="main").new == 1
    assert bring(deps, connection_id, raw, wishes=mapping.parse("status=")).new == 1
    assert sorted(str(one.total) for one in money(deps, connection_id)) == ["USD 7.00", "USD 9.00"]
