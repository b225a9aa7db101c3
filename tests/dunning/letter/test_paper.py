"""Letters on paper in words: what each says, and what it never says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.letter import paper
from dunning.letter.letters import Letterhead, compose
from dunning.letter.paper import Frame
from dunning.rules.brand import Brand
from dunning.rules.policy import DunningPolicy
from dunning.statements.statement import Statement, statements
from dunning.words.banned import banned
from providers.letters.documents import Heading, Letter, Party, Table
from providers.letters.reading import as_text
from providers.letters.stationery import US_LETTER
from tests.dunning.accounts import account, at, invoice, message
from tests.dunning.letter.test_letters import golden
from tests.dunning.statements import test_statement as books

BRAND = Brand(
    sender_name="Cedar & Pine", reply_to="accounts@cedar.example", signature="The accounts team"
)
POLICY = DunningPolicy(brand=BRAND)
FRAME = Frame(
    stationery=US_LETTER, sender=Party("Cedar & Pine Joinery Ltd", ("1 Mill Lane",)),
    company="Cedar & Pine", recipient=("Maple",), on=date(2026, 3, 23),
)  # fmt: skip
LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL")
NEXT = "If this is still open on March 30, 2026, one of us will look at your account in person."
HEARD = (message("older", "2026-02-01", "INV-1", "INV-2"),)
BOTH = account(
    replace(invoice("INV-1", "1000"), open=invoice("x", "950").open), invoice("INV-2", "80"),
    credits="40", sent=HEARD,
)  # fmt: skip


def step_of(one: Account, day: str = "2026-03-23") -> Send:
    step = next_step(one, POLICY, at(day))
    assert isinstance(step, Send), step
    return step


def stated() -> Statement:
    past = [books.invoice("1", 20, 100, 40), books.receipt("p", 30, 60, ("1", 60, 30)),
            books.credit("3", 25, 5, 5)]  # fmt: skip
    (one,) = statements("c1", past, [], since=date(2026, 1, 10), until=date(2026, 3, 23))
    return one


def demanded(one: Account, locale: str = "en_US", *, pay_by: date = date(2026, 4, 6)) -> Letter:
    policy = DunningPolicy(brand=BRAND, locale=locale)
    return paper.demand(
        one, step_of(one), policy, FRAME, statement=stated(), pay_by=pay_by
    )  # fmt: skip


def as_lines(letter: Letter) -> str:
    """All that stands on a letter."""
    return f"==== {letter.language}, {letter.numbering} ====\n{as_text(letter)}"


def texts(letter: Letter) -> str:
    return "\n".join(part for part in letter.parts if isinstance(part, str))


def tables(letter: Letter) -> list[Table]:
    return [part for part in letter.parts if isinstance(part, Table)]


def test_a_reminder_says_on_paper_what_the_mail_says() -> None:
    step = step_of(BOTH)
    mail = compose(BOTH, step, POLICY, Letterhead("Cedar & Pine"), {})
    letter = paper.reminder(BOTH, step, POLICY, FRAME)
    assert letter.subject == mail.subject
    told = " ".join(mail.text.split())
    said = [part for part in letter.parts[:-2] if isinstance(part, str)]
    assert len(said) == 5
    assert all(part in told for part in said)
    assert "e-mail" not in texts(letter)
    assert "accounts@cedar.example" in texts(letter)
    assert texts(letter).endswith("Kind regards,\nCedar & Pine\nThe accounts team")
    assert (letter.day, letter.made_on) == ("March 23, 2026", date(2026, 3, 23))


def test_the_invoices_and_what_is_to_be_paid_stand_in_a_table() -> None:
    (table,) = tables(paper.reminder(BOTH, step_of(BOTH), POLICY, FRAME))
    assert table.rows == (
        ("INV-1", "Mar 2, 2026", "21 days overdue", "$950.00 of $1,000.00"),
        ("INV-2", "Mar 2, 2026", "21 days overdue", "$80.00"),
    )
    assert [(row[0], row[-1]) for row in table.totals] == [
        ("Open on these invoices", "$1,030.00"), ("Less credit on your account", "$40.00"),
        ("Total to pay", "$990.00"),
    ]  # fmt: skip


@pytest.mark.parametrize("one", [BOTH, account(invoice(), sent=HEARD)], ids=["two", "one"])
def test_a_demand_says_who_what_by_when_and_what_then(one: Account) -> None:
    step = step_of(one)
    letter = demanded(one, pay_by=date(2026, 3, 27))
    told = texts(letter)
    total = step.total.shown("en_US")
    assert letter.subject.startswith("Demand for payment: ")
    assert f"Cedar & Pine Joinery Ltd asks you to pay {total}." in told
    assert f"Please pay {total} so that it reaches us by March 27, 2026." in told
    assert NEXT in told
    assert "If you disagree with" in told
    assert tables(letter)[0].rows[0][0] == "INV-1"
    assert next(part for part in letter.parts if isinstance(part, Heading)) == Heading(
        "Statement of account in USD, January 10, 2026 to March 23, 2026", new_page=True
    )


def test_a_demand_says_nothing_of_what_would_come_before_its_day() -> None:
    assert NEXT in texts(demanded(BOTH, pay_by=date(2026, 3, 29)))
    assert "look at your account" not in texts(demanded(BOTH, pay_by=date(2026, 3, 30)))


@pytest.mark.parametrize("locale", LOCALES)
def test_paper_reads_in_each_language_as_its_golden_file(locale: str) -> None:
    papers = [
        demanded(account(invoice(), sent=HEARD), locale), demanded(BOTH, locale),
        paper.statement_of_account([stated()], FRAME, locale),
        paper.statement_of_account([], FRAME, locale),
    ]  # fmt: skip
    assert "\n".join(map(as_lines, papers)) == golden(f"paper-{locale}.txt")


@pytest.mark.parametrize("locale", LOCALES)
def test_paper_says_in_no_language_what_no_letter_may(locale: str) -> None:
    for one in (demanded(BOTH, locale), paper.statement_of_account([stated()], FRAME, locale)):
        told = as_lines(one)
        facts = ("Cedar & Pine", BRAND.reply_to, BRAND.signature, "INV-", "CN-", "USD", "US$")
        assert banned(told, locale[:2], facts=facts) == ()
        assert not re.search(r"\{(?!page)|None", told)


@pytest.mark.parametrize(("locale", "day", "amount"), [
    ("en_US", "Mar 2, 2026", "$80.00"), ("en_GB", "2 Mar 2026", "US$80.00"),
    ("en_AU", "2 Mar 2026", "USD80.00"), ("en_CA", "Mar 2, 2026", "US$80.00"),
    ("en_NZ", "2 Mar 2026", "US$80.00"), ("pl_PL", "2 Mar 2026", "80.00\xa0US$"),
])  # fmt: skip
def test_english_paper_writes_days_and_amounts_as_its_country_does(
    locale: str, day: str, amount: str
) -> None:
    (row,) = tables(demanded(BOTH, locale))[0].rows[1:]
    assert (row[1], row[3]) == (day, amount)


@pytest.mark.parametrize("word", [
    "court", "legal action", "lawyer", "attorney", "credit bureau", "credit rating", "collection",
    "immediately", "final notice", "failure to",
])  # fmt: skip
def test_a_demand_threatens_with_nothing(word: str) -> None:
    letter = demanded(BOTH)
    assert word not in texts(letter).casefold()


def test_a_statement_has_opening_entries_closing_and_ages() -> None:
    letter = paper.statement_of_account([stated()], FRAME, "en_US")
    entries, ages = tables(letter)
    assert letter.subject == "Statement of account - Cedar & Pine"
    assert entries.rows == (
        ("Jan 10, 2026", "Opening balance", "", "", "$0.00"),
        ("Jan 21, 2026", "Invoice INV-1", "Feb 4, 2026", "$100.00", "$100.00"),
        ("Jan 26, 2026", "Credit note CN-3", "", "-$5.00", "$95.00"),
        ("Jan 31, 2026", "Payment, thank you", "", "-$60.00", "$35.00"),
    )
    assert entries.totals == (("Mar 23, 2026", "Closing balance", "", "", "$35.00"),)
    assert [column.title for column in ages.columns] == [
        "Current", "1-30", "31-60", "61-90", "Over 90", "Credit", "Owed",
    ]  # fmt: skip
    assert ages.rows == (("$0.00", "$0.00", "$40.00", "$0.00", "$0.00", "-$5.00", "$35.00"),)


def test_a_statement_says_where_to_pay_what_is_owed() -> None:
    details = ("First Bank & <b>Trust</b>", "IBAN DE02 1203 0000 0000 2020 51")
    brand = BRAND.model_copy(update={"payment_details": details})
    letter = paper.statement_of_account([stated()], FRAME, "en_US", brand=brand)
    (said,) = [part for part in letter.parts if isinstance(part, str) and details[0] in part]
    assert said.splitlines() == ["Payment details", *details]
    nothing = paper.statement_of_account([], FRAME, "en_US", brand=brand)
    assert details[0] not in texts(nothing)


def test_a_statement_of_nothing_says_so() -> None:
    letter = paper.statement_of_account([], FRAME, "en_US")
    assert "nothing is open" in texts(letter)


def test_dates_and_amounts_are_as_the_locale_writes_them() -> None:
    letter = paper.statement_of_account([stated()], FRAME, "de_DE")
    assert letter.day == "23. März 2026"
    assert tables(letter)[0].rows[1][2:] == ("04.02.2026", "100,00\xa0$", "100,00\xa0$")
