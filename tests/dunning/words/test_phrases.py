"""The words of every language: all there, for one and for many, as the country writes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from dunning.customer.account import Account
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decision import Send
from dunning.letter.letters import Letter, compose, drafted
from dunning.letter.plain_text import as_text
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone
from dunning.words import phrases
from dunning.words.banned import banned
from tests.dunning.accounts import account, invoice
from tests.dunning.letter_accounts import (
    BRAND,
    HEAD,
    TODAY,
    decided,
    for_purpose,
    manners,
    owing,
    policy,
)

TEMPLATES = Path(phrases.__file__).parents[1] / "templates"
FACTS = (BRAND.sender_name, BRAND.reply_to, HEAD.company, *HEAD.address, "Maple Landscaping LLC")
ENGLISH = re.compile(
    r"\b(the|your|you|we|this|invoices?|payment|please|due|overdue|days?|thank|with|open on)\b",
    re.IGNORECASE,
)


def words(language: str, folder: Path = TEMPLATES) -> dict[str, Any]:
    return tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))


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


@pytest.mark.parametrize("place", phrases.PLACES)
@pytest.mark.parametrize("language", [it for it in phrases.LANGUAGES if it != "en"])
def test_texts_and_the_account_page_have_every_text_in_every_language(
    language: str, place: str
) -> None:
    known = dict(paths(words("en", TEMPLATES / place)))
    theirs = dict(paths(words(language, TEMPLATES / place)))

    assert theirs.keys() == known.keys()
    assert [path for path in known if placeholders(known[path]) != placeholders(theirs[path])] == []
    said = [re.sub(r"\{\w+\}", "", text) for text in theirs.values()]
    assert not [text for text in said if ENGLISH.search(text)]


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_what_a_territory_changes_is_a_text_that_there_is(language: str) -> None:
    tree = words(language)
    known = dict(paths({k: v for k, v in tree.items() if k != "territory"}))

    for changed in tree.get("territory", {}).values():
        for path, text in paths(changed):
            assert placeholders(text) == placeholders(known[path]), path


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL"])
def test_every_letter_is_whole_in_its_language(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        one = for_purpose(owing(count, tone), purpose)
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


@pytest.mark.parametrize(("country", "locale"), [
    ("US", "en_US"), ("GB", "en_GB"), ("AU", "en_AU"), ("CA", "en_CA"), ("NZ", "en_NZ"),
    ("IE", "en_IE"), ("DE", "de_DE"), ("AT", "de_AT"), ("FR", "fr_FR"), ("ES", "es_ES"),
    ("NL", "nl_NL"), ("IN", "en_IN"), ("JP", "en_150"), ("", "en_US"),
])  # fmt: skip
def test_a_country_has_a_locale_that_there_are_words_for(country: str, locale: str) -> None:
    assert phrases.locale_of(country) == locale
    assert phrases.phrases_of(locale).locale == locale


def test_a_locale_that_the_policy_names_holds_in_every_country() -> None:
    named = DunningPolicy(locale="fr_FR")
    assert named.spoken_in("GB").locale == "fr_FR"
    other = DunningPolicy.model_validate({"customers": {"7": {"locale": "de_DE"}}})
    assert other.spoken_in("GB").at("customer 7").locale == "de_DE"
    assert other.spoken_in("GB").at("customer 8").locale == "en_GB"


def test_a_british_company_writes_as_the_british_do() -> None:
    one = owing(1, Tone.FRIENDLY)
    rules = policy("").spoken_in("GB")
    step = decided(one, Tone.FRIENDLY, Purpose.REMIND, Payer.RELIABLE)
    text = as_text(drafted(one, step, rules, HEAD, {}))
    assert "check" not in text
    assert phrases.phrases_of("en_GB").short_day(one.invoices[0].due or TODAY) in text
