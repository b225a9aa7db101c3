"""Letters: golden files, and nothing in a name that becomes more than a name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dunning.customer.account import Account
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.letter.letters import Letter, Letterhead, compose, drafted
from dunning.letter.paint import BLACK, WHITE, contrast, on_colour, readable
from dunning.letter.plain_text import as_text
from dunning.message.links import safe_link
from dunning.rules.brand import Brand
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone
from tests.dunning import letter_accounts
from tests.dunning.accounts import account, at, invoice, message

GOLDEN = Path(__file__).parents[2] / "fixtures" / "letters"
BRAND = Brand(
    sender_name="Cedar & Pine Joinery",
    reply_to="accounts@cedar.example",
    logo_url="https://cedar.example/logo.png",
    colour="#2f5d50",
    signature="The accounts team",
)
POLICY = DunningPolicy(brand=BRAND)
HEAD = Letterhead("Cedar & Pine Joinery Ltd", ("1 Mill Lane", "Portland, OR 97201"))
LINKS = {"id:INV-1": "https://pay.example/1?a=1&b=2"}
HEARD = (message("older", "2026-02-01", "INV-1", "INV-2"),)
DAYS = {
    Tone.UPCOMING: "2026-02-25",
    Tone.FRIENDLY: "2026-03-05",
    Tone.REMINDER: "2026-03-09",
    Tone.DIRECT: "2026-03-16",
    Tone.FINAL: "2026-03-23",
}


def letter(one: Account, day: str, policy: DunningPolicy = POLICY) -> Letter:
    step = next_step(one, policy, at(day))
    assert isinstance(step, Send), step
    return compose(one, step, policy, HEAD, LINKS)


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_reads_as_its_golden_file(tone: Tone) -> None:
    smith = account(invoice(amount="1234.5"), name="Smith & Sons <Co>", sent=HEARD)

    written = letter(smith, DAYS[tone])

    assert f"Subject: {written.subject}\n\n{written.text}" == golden(f"{tone}.txt")
    assert written.html == golden(f"{tone}.html")


def test_several_invoices_with_credit_read_as_the_golden_file() -> None:
    partly = replace(invoice("INV-1", "1000"), open=invoice("x", "950").open)
    both = account(partly, invoice("INV-2", "80", due=date(2026, 3, 5)), credits="40", sent=HEARD)

    written = letter(both, "2026-03-16")

    assert f"Subject: {written.subject}\n\n{written.text}" == golden("several.txt")
    assert written.html == golden("several.html")


LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL")


def all_of(locale: str) -> str:
    """Every tone for a reliable and for a chronic payer, and every other purpose."""
    plain = [(tone, Purpose.REMIND, payer, n) for tone in Tone for payer, n in PAYERS]
    purposes = [it for it in Purpose if it is not Purpose.REMIND]
    other = [(Tone.REMINDER, it, Payer.MIXED, count) for it in purposes for count in (1, 3)]
    told = []
    for tone, purpose, payer, count in (*plain, *other):
        one = letter_accounts.for_purpose(letter_accounts.owing(count, tone), purpose)
        step = letter_accounts.decided(one, tone, purpose, payer)
        parts = drafted(one, step, letter_accounts.policy(locale), letter_accounts.HEAD, LINKS)
        title = f"==== {tone}, {purpose}, {payer}, {count} ===="
        told.append(f"{title}\nSubject: {parts.subject}\n\n{as_text(parts)}")
    return "\n".join(told)


PAYERS = ((Payer.RELIABLE, 1), (Payer.CHRONIC, 1), (Payer.CHRONIC, 3))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_language_reads_as_its_golden_file(locale: str) -> None:
    assert all_of(locale) == golden(f"{locale}.txt")


def golden(name: str) -> str:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("tone", Tone)
def test_a_letter_says_all_that_matters_in_both_parts(tone: Tone) -> None:
    written = letter(account(invoice(amount="1234.5"), sent=HEARD), DAYS[tone])

    for part in (written.text, written.html):
        for fact in ("INV-1", "$1,234.50", "Mar 2, 2026", "Cedar", "accounts@cedar.example"):
            assert fact in part
        assert "reply to this e-mail" in " ".join(part.split())
    assert LINKS["id:INV-1"] in written.text
    assert LINKS["id:INV-1"].replace("&", "&amp;") in written.html
    assert "<mj-" not in written.html
    assert "fonts.googleapis" not in written.html
    assert "ledgerhand" not in (written.text + written.html).casefold()


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}",
    "{% for x in y %}",
    "<mj-include path='/etc/passwd'/>",
    "</mj-text></mj-column>",
    "&lt;b&gt; & <b>",
    "=cmd|'/c calc'!A1",
    "%s %(name)s",
    "Evil\r\nBcc: all@example.com",
    "a\u202eb\u0000c\u2028d",
    "\u05d7\u05d1\u05e8\u05d4 Ltd",
    "Sunny \U0001f600 Side",
    "{customer} {0} {number.__class__}",
    "x" * 4000,
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_numbers_are_only_names_and_numbers(name: str) -> None:
    one = replace(invoice(amount="10"), number=name)
    brand = Brand(sender_name=name[:100], signature=name[:500])
    policy = DunningPolicy(brand=brand)

    for day in DAYS.values():
        written = letter(account(one, name=name, sent=HEARD), day, policy)

        assert tags(written.html) == tags(letter(account(invoice(), sent=HEARD), day, policy).html)
        assert "49" not in written.html or name != "{{7*7}}"
        assert "<mj-" not in written.html
        assert written.subject.isprintable()
        assert len(written.subject) <= 150
        assert "\nBcc" not in written.text
        assert "\x00" not in written.text


def tags(html: str) -> list[str]:
    return re.findall(r"<(/?[a-z][\w-]*)", html)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://pay.example/i/1?x=1", True),
        ("http://127.0.0.1:8080/pay", True),
        ("http://localhost:8080/pay", True),
        ("http://[::1]:8080/pay", True),
        ("http://pay.example/i/1", False),
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1@evil.example/", False),
        ("https://good.example@evil.example/", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//pay.example/i/1", False),
        ("https://", False),
        ("https://pay.example/ x", False),
        ('https://pay.example/"onclick=', False),
        ("https://[broken/", False),
        ("", False),
    ],
)
def test_only_links_that_a_customer_may_follow_are_shown(url: str, safe: bool) -> None:
    assert safe_link(url) == (url if safe else "")
    one = account(invoice(), sent=HEARD)
    step = next_step(one, POLICY, at("2026-03-16"))
    assert isinstance(step, Send)

    written = compose(one, step, POLICY, HEAD, {"id:INV-1": url})

    assert ("Pay invoice INV-1 online" in written.text) is safe
    assert ("href" in written.html) is safe


def test_the_locale_writes_amounts_and_dates() -> None:
    policy = DunningPolicy(locale="en_GB", brand=BRAND)

    assert "23 March 2026" in letter(account(invoice(), sent=HEARD), "2026-03-16", policy).text


def test_without_a_brand_the_letter_is_signed_with_the_company() -> None:
    written = letter(account(invoice(), sent=HEARD), "2026-03-16", DunningPolicy())

    assert "Kind regards,\nCedar & Pine Joinery Ltd\n1 Mill Lane\n" in written.text
    assert "<img" not in written.html


def test_a_name_from_right_to_left_keeps_to_its_place() -> None:
    name = "\u05d7\u05d1\u05e8\u05d4"

    written = letter(account(invoice(), name=name, sent=HEARD), "2026-03-16")

    assert f"Hello \u2068{name}\u2069," in written.text


def test_the_columns_of_the_text_are_aligned_whatever_the_numbers() -> None:
    long = account(
        invoice("INV-1", "1234567.5"), invoice("A-VERY-LONG-INVOICE-NUMBER-2026-000017", "8"),
        sent=HEARD,
    )  # fmt: skip

    text = letter(long, "2026-03-16").text
    table = text.split("\n\n")[2].splitlines()

    ends = {len(line) for line in table if line.endswith((".50", ".00", "Open"))}
    assert len(ends) == 1
    assert max(map(len, text.splitlines())) <= 76


@pytest.mark.parametrize(
    ("brand", "ink", "text"),
    [("#1f4e79", WHITE, "#1f4e79"), ("#ffd400", BLACK, BLACK), ("#ffffff", BLACK, BLACK)],
)
def test_what_stands_on_the_brands_colour_can_be_read(brand: str, ink: str, text: str) -> None:
    assert on_colour(brand) == ink
    assert readable(brand) == text
    assert contrast(ink, brand) >= Decimal("4.5")
    assert round(contrast("#000000", "#ffffff"), 6) == 21


def test_the_mail_is_readable_in_dark_mode() -> None:
    html = letter(account(invoice(), sent=HEARD), "2026-03-16").html

    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="color-scheme" content="light dark"' in html
