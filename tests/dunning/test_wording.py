"""The words of letters: whole in every language, true, and fit for the customer they go to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning import phrases
from dunning.account import Account
from dunning.banned import banned
from dunning.channels import Channel
from dunning.decide import next_step
from dunning.decision import Send
from dunning.letters import Letter, compose, drafted
from dunning.manner import Purpose
from dunning.plain_text import as_text
from dunning.standing import Payer
from dunning.steps import Do, Step, Tone
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message
from tests.dunning.letter_accounts import (
    BAD,
    BRAND,
    GOOD,
    HEAD,
    LOCALES,
    TODAY,
    decided,
    manners,
    owing,
    policy,
    returned,
)

TEMPLATES = Path(phrases.__file__).parent / "templates"
FACTS = (BRAND.sender_name, BRAND.reply_to, HEAD.company, *HEAD.address, "Maple Landscaping LLC")
ENGLISH = re.compile(
    r"\b(the|your|you|we|this|invoices?|payment|please|due|overdue|days?|thank|with|open on)\b",
    re.IGNORECASE,
)


def words(language: str) -> dict[str, Any]:
    return tomllib.loads((TEMPLATES / f"{language}.toml").read_text("utf-8"))


def paths(tree: Mapping[str, Any], at_: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every text with its path."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from paths(value, (*at_, name))
        else:
            yield ".".join((*at_, name)), value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def letter(one: Account, step: Send, locale: str = "en_US", **changes: object) -> Letter:
    return compose(one, step, policy(locale, **changes), HEAD, {})


@pytest.mark.parametrize("language", [it for it in phrases.LANGUAGES if it != "en"])
def test_every_language_has_every_text_with_the_same_placeholders(language: str) -> None:
    english, other = words("en"), words(language)
    english.pop("territory")
    other.pop("territory", None)
    known, theirs = dict(paths(english)), dict(paths(other))

    assert theirs.keys() == known.keys()
    assert {path for path in known if placeholders(known[path]) != placeholders(theirs[path])} == (
        set()
    )


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_what_a_territory_changes_is_a_text_that_there_is(language: str) -> None:
    tree = words(language)
    known = dict(paths({k: v for k, v in tree.items() if k != "territory"}))

    for changed in tree.get("territory", {}).values():
        for path, text in paths(changed):
            assert placeholders(text) == placeholders(known[path]), path


@pytest.mark.parametrize("locale", LOCALES)
def test_every_letter_is_whole_in_its_language(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        one = owing(count, tone)
        if purpose is Purpose.RETURNED:
            one = returned(one)
        parts = drafted(one, decided(one, tone, purpose, payer), policy(locale), HEAD, {})
        text = as_text(parts)
        told = f"{parts.subject}\n{text}"

        case = f"{locale} {tone} {purpose} {payer} {count}\n{told}"
        assert not re.search(r"[{}]|None|<|>", told), case
        assert banned(told, locale[:2], facts=FACTS) == (), case
        assert max(map(len, text.splitlines())) <= 76, case
        assert parts.subject == " ".join(parts.subject.split()), case
        for item in one.invoices:
            assert item.number in text, case
            assert phrases.phrases_of(locale).amount(item.open) in text, case
            assert phrases.phrases_of(locale).short_day(item.due or TODAY) in text, case
        if not locale.startswith("en"):
            own = told.replace(f"- {BRAND.sender_name}", "")
            for fact in FACTS:
                own = own.replace(fact, "")
            assert not ENGLISH.search(own), case


@pytest.mark.parametrize(
    ("locale", "one", "many"),
    [
        ("en_US", "1 day overdue", "2 days overdue"),
        ("de_DE", "seit 1 Tag überfällig", "seit 2 Tagen überfällig"),
        ("fr_FR", "échue depuis 1 jour", "échue depuis 2 jours"),
        ("es_ES", "vencida desde hace 1 día", "vencida desde hace 2 días"),
        ("nl_NL", "1 dag over de vervaldatum", "2 dagen over de vervaldatum"),
    ],
)
def test_one_day_and_two_are_counted_as_the_language_counts(
    locale: str, one: str, many: str
) -> None:
    for due, said in ((date(2026, 3, 15), one), (date(2026, 3, 14), many)):
        bill = account(invoice(due=due))
        text = " ".join(letter(bill, decided(bill), locale).text.split())

        assert re.search(rf"(?<!\d){said}(?!\w)", text)


@pytest.mark.parametrize(
    ("locale", "amount", "day", "said"),
    [
        ("en_US", "$1,234.50", "March 2, 2026", "by check or bank transfer"),
        ("en_GB", "US$1,234.50", "2 March 2026", "pay by bank transfer"),
        ("en_AU", "USD1,234.50", "2 March 2026", "pay by bank transfer"),
        ("en_CA", "US$1,234.50", "March 2, 2026", "by cheque or bank transfer"),
        ("en_NZ", "US$1,234.50", "2 March 2026", "pay by bank transfer"),
        ("de_DE", "1.234,50\u00a0$", "2. März 2026", "Guten Tag"),
        ("de_CH", "$\u00a01’234.50", "2. März 2026", "Freundliche Grüsse"),
        ("fr_FR", "1\u00a0234,50\u00a0$US", "2 mars 2026", "Madame, Monsieur"),
        ("fr_CA", "1\u00a0234,50\u00a0$\u00a0US", "2 mars 2026", "courriel"),
        ("es_ES", "1.234,50\u00a0US$", "2 de marzo de 2026", "A la atención de"),
        ("nl_NL", "US$\u00a01.234,50", "2 maart 2026", "Met vriendelijke groet"),
        ("it_IT", "1,234.50\u00a0US$", "2 March 2026", "Kind regards"),
    ],
)
def test_amounts_days_and_words_are_those_of_the_country(
    locale: str, amount: str, day: str, said: str
) -> None:
    one = owing(1)
    text = letter(one, decided(one), locale).text

    for fact in (amount, day, said):
        assert " ".join(fact.split()) in " ".join(text.split()), text


def test_the_first_of_a_month_is_written_as_the_french_do() -> None:
    assert phrases.phrases_of("fr_FR").day(date(2026, 3, 1)) == "1er mars 2026"
    assert phrases.phrases_of("fr_FR").day(date(2026, 3, 11)) == "11 mars 2026"


@pytest.mark.parametrize("tone", Tone)
def test_a_reliable_payer_and_a_chronic_one_are_written_to_differently(tone: Tone) -> None:
    one = owing(1, tone)
    clean = letter(one, decided(one, tone, payer=Payer.RELIABLE))
    chronic = letter(one, decided(one, tone, payer=Payer.CHRONIC))

    assert clean.subject != chronic.subject
    assert clean.text != chronic.text
    assert "5 years" in clean.text
    assert "years" not in chronic.text


def test_the_decision_itself_gives_two_customers_two_letters_for_one_stage() -> None:
    told = []
    for standing in (GOOD, BAD):
        one = account(invoice(), standing=standing, sent=(message("x", "2026-03-05", "INV-1"),))
        step = next_step(one, policy(), at("2026-03-16"))
        assert isinstance(step, Send)
        told.append((step.step, letter(one, step)))

    (clean_step, clean), (chronic_step, chronic) = told
    assert clean_step == chronic_step == "direct"
    assert clean.subject.startswith("Can we help with invoice INV-1?")
    assert chronic.subject.startswith("Payment date needed: invoice INV-1, 14 days overdue")


def test_a_disputed_part_is_left_out_and_named_with_its_case() -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17")
    one = account(part)
    written = letter(one, decided(one))

    said = "We have left out $200.00, which is still being clarified as case 17."
    assert said in " ".join(written.text.split())
    assert re.search(r"Total to pay +\$800\.00", written.text)


def test_two_cases_are_cases() -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17, 18")
    one = account(part)

    assert "as cases 17, 18" in " ".join(letter(one, decided(one)).text.split())


def test_a_broken_promise_is_named_with_its_amount_and_day() -> None:
    one = owing(1)
    written = letter(one, decided(one, purpose=Purpose.PROMISE_BROKEN))

    assert "You told us that $60.00 would be paid by March 12, 2026." in " ".join(
        written.text.split()
    )
    assert written.subject.startswith("The payment promised for March 12, 2026")


def test_nothing_is_said_of_earlier_messages_where_there_was_none() -> None:
    one = owing(1, Tone.FINAL)

    for tone in Tone:
        told = letter(one, decided(one, tone, heard=False)).text
        assert not re.search(r"wrote|written|message of", told), told


def test_a_message_that_shadow_noted_only_was_never_sent() -> None:
    noted = replace(message("x", "2026-03-05", "INV-1"), noted_only=True)
    one = account(invoice(), sent=(noted,))
    step = next_step(one, policy(), at("2026-03-16"))

    assert isinstance(step, Send)
    assert step.manner.last_on is None


def test_nothing_overdue_is_spoken_of_as_if_it_fell_due() -> None:
    one = owing(1, Tone.DIRECT)

    told = letter(one, decided(one, Tone.UPCOMING)).text
    assert "was due on March 2, 2026" in " ".join(told.split())


def test_a_partly_paid_invoice_is_not_called_unpaid() -> None:
    partly = replace(invoice("INV-1", "1000"), open=Money.of("150", "USD"))
    one = account(partly)

    for tone in (Tone.FRIENDLY, Tone.REMINDER, Tone.DIRECT, Tone.FINAL):
        for payer in Payer:
            told = " ".join(letter(one, decided(one, tone, payer=payer)).text.split())
            assert "$150.00" in told
            assert "of $1,000.00" in told
            assert "not received payment" not in told
            assert "neither" not in told


STEPS = (
    Step(name="reminder", offset_days=14, tone=Tone.REMINDER),
    Step(name="direct", offset_days=21, tone=Tone.DIRECT),
)


def following(do: Do, tone: Tone = Tone.DIRECT) -> tuple[Step, ...]:
    return (STEPS[0], Step(name="next", offset_days=21, tone=tone, do=do))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (STEPS, "If this is still open on March 23, 2026, we will write to you again."),
        (following(Do.CALL), "If this is still open on March 23, 2026, we will call you."),
        (following(Do.LETTER), "we will send you a letter by post."),
        (STEPS[:1], "one of us will look at your account in person."),
        (following(Do.REFERRAL, Tone.FINAL), "one of us will look at your account in person."),
        (following(Do.CREDIT_HOLD, Tone.FINAL), "one of us will look at your account in person."),
    ],
    ids=["message", "call", "letter", "end", "referral", "credit hold"],
)
def test_what_comes_next_is_what_the_policy_does(steps: tuple[Step, ...], said: str) -> None:
    rules = policy(steps=steps)
    one = account(invoice(), sent=(message("x", "2026-03-05", "INV-1"),))
    step = next_step(one, rules, at("2026-03-16"))
    assert isinstance(step, Send)

    told = " ".join(compose(one, step, rules, HEAD, {}).text.split())
    assert said in told
    for word in ("referral", "credit hold", "hold", "demand"):
        assert word not in told


def test_a_customer_is_written_to_in_its_own_language_and_brand() -> None:
    own = {"maple": {"locale": "de_DE", "brand": {"sender_name": "Zeder & Kiefer"}}}
    one = owing(1)
    written = compose(one, decided(one), policy(customers=own), HEAD, {})

    assert written.subject.endswith(" - Zeder & Kiefer")
    assert "Mit freundlichen Grüßen\nZeder & Kiefer" in written.text
    assert '<html lang="de"' in written.html


def test_only_an_e_mail_can_be_replied_to() -> None:
    one = owing(1)
    told = letter(one, replace(decided(one), channel=Channel.LETTER)).text

    assert "reply to this e-mail" not in told
    assert "You can reach us at accounts@cedar.example" in " ".join(told.split())


AMOUNT = re.compile(r"\$[\d,]+\.\d\d")


@st.composite
def accounts(draw: Any) -> Account:
    cents = st.integers(1, 10_000_000)
    bills = []
    for n in range(draw(st.integers(1, 4))):
        open_ = draw(cents)
        total = Money.of(Decimal(open_ + draw(st.integers(0, 500_000))) / 100, "USD")
        disputed = draw(st.one_of(st.none(), st.integers(1, open_ - 1))) if open_ > 1 else None
        bills.append(
            replace(
                invoice(f"N{n}"),
                total=total,
                open=Money.of(Decimal(open_) / 100, "USD"),
                disputed=Money.of(Decimal(disputed) / 100, "USD") if disputed else None,
            )
        )
    asked = Money.total((i.asked for i in bills), "USD")
    credit = draw(st.integers(0, int(asked.amount * 100) - 1))
    return account(*bills, credits=str(Decimal(credit) / 100))


@settings(max_examples=60, deadline=None)
@given(one=accounts(), tone=st.sampled_from(Tone), purpose=st.sampled_from(Purpose))
def test_no_amount_is_offered_that_is_not_in_the_account(
    one: Account, tone: Tone, purpose: Purpose
) -> None:
    step = decided(one, tone, purpose)
    written = letter(one, step)
    owed = Money.total((i.open for i in one.invoices), "USD")
    parts = (step.total, step.credits, owed, step.manner.disputed)
    allowed = {money.shown("en_US") for money in parts if money}
    allowed |= {money.shown("en_US") for i in one.invoices for money in (i.open, i.total)}
    if step.manner.promise:
        allowed.add(step.manner.promise.amount.shown("en_US"))

    for part in (written.subject, written.text, written.html):
        assert set(AMOUNT.findall(part)) <= allowed
    last = re.search(r"Total to pay +(\S+)", written.text)
    assert last
    assert last[1] == (owed - (step.manner.disputed or Money.zero("USD")) - one.credits).shown(
        "en_US"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We will take legal action."),
        ("en", "Your account is DELINQUENT ACCOUNT"),
        ("en", "This is urgent"),
        ("en", "Act now and get a discount"),
        ("en", "Shame on you"),
        ("en", "Pay!"),
        ("de", "Dann schalten wir unseren Anwalt ein."),
        ("de", "Zahlen Sie umgehend."),
        ("fr", "Nous engagerons des poursuites."),
        ("fr", "Réglez immédiatement."),
        ("es", "Iniciaremos acciones legales."),
        ("es", "Pague de forma inmediata."),
        ("nl", "Wij schakelen een incassobureau in."),
        ("nl", "Betaal onmiddellijk."),
    ],
)
def test_what_is_banned_is_found(language: str, text: str) -> None:
    assert banned(text, language)


def test_names_are_no_offence() -> None:
    text = "Hello Court Street ATTORNEYS AND SONS, as a courtesy we write to you."

    assert banned(text, "en", facts=("Court Street ATTORNEYS AND SONS",)) == ()
    assert banned(text, "en")
