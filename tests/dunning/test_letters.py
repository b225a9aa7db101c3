"""Letters: one golden file per tone, and nothing in a name that becomes more than a name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dunning.account import Account
from dunning.decide import next_step
from dunning.decision import Send
from dunning.letters import Letter, Letterhead, compose, safe_link
from dunning.policy import Brand, DunningPolicy
from dunning.steps import Tone
from tests.dunning.accounts import account, at, invoice, message

GOLDEN = Path(__file__).parent.parent / "fixtures" / "letters"
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
    both = account(partly, invoice("INV-2", "80", due=date(2026, 3, 20)), credits="40", sent=HEARD)

    written = letter(both, "2026-03-16")

    assert f"Subject: {written.subject}\n\n{written.text}" == golden("several.txt")
    assert written.html == golden("several.html")


def golden(name: str) -> str:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("tone", Tone)
def test_a_letter_says_all_that_matters_in_both_parts(tone: Tone) -> None:
    written = letter(account(invoice(amount="1234.5"), sent=HEARD), DAYS[tone])

    for part in (written.text, written.html):
        for fact in ("INV-1", "$1,234.50", "March 2, 2026", "Cedar", "accounts@cedar.example"):
            assert fact in part
        assert "reply to this e-mail" in part
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

    assert ("Pay online" in written.text) is safe
    assert ("href" in written.html) is safe


def test_the_locale_writes_amounts_and_dates() -> None:
    policy = DunningPolicy(locale="en_GB", brand=BRAND)

    assert "2 March 2026" in letter(account(invoice(), sent=HEARD), "2026-03-16", policy).text


def test_without_a_brand_the_letter_is_signed_with_the_company() -> None:
    written = letter(account(invoice(), sent=HEARD), "2026-03-16", DunningPolicy())

    assert "Kind regards,\nCedar & Pine Joinery Ltd\n1 Mill Lane\n" in written.text
    assert "<img" not in written.html
