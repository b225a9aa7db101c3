"""A client's own templates: checked line by line, filled in strictly, cleaned of what is unsafe."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.letter.letters import Letter, compose
from dunning.letter.own_letter import dropped
from dunning.rules.own_template import OwnTemplate, read
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone
from dunning.words.placeholders import MissingData, filled
from tests.dunning.accounts import account, invoice
from tests.dunning.letter_accounts import HEAD, decided, owing, policy

TEXT = """Subject: Your account with {{ company }}

Dear [Customer Name],

Invoice {{ invoice_number }} is open.

{{ table }}

{% if pay_link is defined %}Pay here: {{ pay_link }}{% endif %}

Best wishes,
Ann
"""
HTML = """<html><head><title>About %Invoice Number%</title><style>p{color:red}</style></head>
<body onload="x()"><p style="color:#333;position:fixed">Dear {{ customer }},</p>
<script>steal()</script><form action="https://evil.example"><input name="card"></form>
<p><a href="http://plain.example">plain</a> <a href="https://cedar.example/help">help</a>
<img src="//evil.example/x.png"><img src="https://cedar.example/l.png" onerror="x()"></p>
{{ table }}
</body></html>
"""
LINK = {"id:INV-1": "https://pay.example/1"}


def template(text: str, name: str = "letter.txt", step: str = "reminder") -> OwnTemplate:
    return read(text, name=name, step=step, language="en")


def written(own: OwnTemplate, *, count: int = 1, name: str = "Maple Landscaping LLC") -> Letter:
    one = owing(count, name=name)
    return compose(one, decided(one), policy(templates=(own,)), HEAD, LINK)


def test_a_text_template_is_filled_in_with_the_facts_of_the_letter() -> None:
    letter = written(template(TEXT))

    assert letter.subject == "Your account with Cedar & Pine Joinery"
    assert letter.text.startswith("Dear Maple Landscaping LLC,\n\nInvoice INV-1 is open.\n\n")
    assert "Total to pay" in letter.text
    assert "Pay here: https://pay.example/1\n" in letter.text
    assert letter.text.endswith("Best wishes,\nAnn\n")
    assert "Best wishes,<br />Ann" in letter.html
    assert "Kind regards" not in letter.text + letter.html


def test_what_stands_under_a_condition_is_left_out_where_there_is_none() -> None:
    assert "Pay here" not in written(template(TEXT), count=2).text


def test_a_page_keeps_its_looks_and_loses_what_is_unsafe() -> None:
    own = template(HTML, "letter.html")
    letter = written(own, name="Smith & Sons <script>alert(1)</script>")

    assert letter.subject == "About INV-1"
    assert "color:#333" in letter.html.replace(" ", "")
    assert '<a href="https://cedar.example/help"' in letter.html
    assert 'src="https://cedar.example/l.png"' in letter.html
    assert "Smith &amp; Sons &lt;script&gt;" in letter.html
    for unsafe in (
        "<script", "steal", "<form", "<input", "onload", "onerror", "evil.example", "position",
        "plain.example", "<style",
    ):  # fmt: skip
        assert unsafe not in letter.html
    assert "Total to pay" in letter.html
    assert "Dear Smith & Sons <script>alert(1)</script>," in letter.text
    assert "Total to pay" in letter.text
    assert dropped(own) == ("form", "input", "script", "style")


def test_the_text_of_a_page_has_what_the_page_indents() -> None:
    own = template("<p>Dear you,</p><blockquote>{{ table }}</blockquote>", "letter.html")
    assert "INV-1" in written(own).text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ table }}\nDear {{ custmer }}", "line 2: {{ custmer }} is no placeholder"),
        ("{{ table }}\n\nDear [First Name]", "line 3: [First Name] is no placeholder"),
        ("{{ table }}\n%Account Manager%", "line 2: %Account Manager% is no placeholder"),
        ("{{ table }}\n{{ customer.__class__ }}", "line 2: only {{ placeholder }}"),
        ("{{ table }}\n{{ customer | upper }}", "line 2: only {{ placeholder }}"),
        ("{{ table }}\n{% for a in customer %}x{% endfor %}", "line 2: only {{ placeholder }}"),
        ("{{ table }}\n{% include 'x' %}", "line 2: only"),
        ("{{ table }}\n{{ customer", "line 2: unexpected end of template"),
        ("{{ table }}\n{% if customer is odd %}x{% endif %}", "line 2: 'is odd' is not"),
        ("{{ table }}\nPay only $50.00 now", "line 2: $50.00 is written out"),
        ("{{ table }}\nNur 50,00 EUR", "line 2: 50,00 EUR is written out"),
        ("Dear {{ customer }}", "it must say what is owed"),
        ("{{ table }}\nWe will take legal action.", "line 2: a reminder does not say this"),
        ("Subject: URGENT NOTICE\n{{ table }}", "subject: a reminder does not say this"),
        ("Subject: {{ nobody }}\n{{ table }}", "subject: line 1: {{ nobody }} is no placeholder"),
    ],
)
def test_a_template_with_a_fault_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        template(text)


def test_lines_are_those_of_the_file_whatever_its_subject() -> None:
    with pytest.raises(ValueError, match=r"line 4: \{\{ oops \}\}"):
        template("Subject: Hello\n\n{{ table }}\n{{ oops }}\n")


def test_missing_data_stops_the_letter_and_no_placeholder_is_printed() -> None:
    own = template("Pay at {{ pay_link }}\n\n{{ table }}")

    with pytest.raises(MissingData, match="asks for pay_link"):
        written(own, count=2)
    with pytest.raises(MissingData, match="asks for customer"):
        written(template("Dear {{ customer }},\n\n{{ table }}"), name="")
    assert "{{" not in written(own).text


def test_values_are_never_read_as_templates() -> None:
    assert filled("{{ customer }}", {"customer": "{{ 7*7 }}"}, markup=False) == "{{ 7*7 }}"
    assert "49" not in written(template(TEXT), name="{{ 7*7 }} {% raw %}").text


def test_only_the_usual_message_in_the_steps_own_tone_is_in_the_clients_words() -> None:
    own = policy(templates=(template(TEXT), template("Firm words.\n\n{{ table }}", step="final")))
    one = owing(1)

    def told(step: object) -> str:
        return compose(one, step, own, HEAD, LINK).text  # type: ignore[arg-type]

    assert "Dear Maple" in told(decided(one))
    assert "Firm words." in told(decided(one, Tone.FINAL))
    softened = replace(decided(one, Tone.FINAL), tone=Tone.REMINDER)
    assert "Firm words." not in told(softened)
    assert "Dear Maple" in told(softened)
    assert "Firm words." not in told(decided(one, Tone.FINAL, heard=False)), "nobody wrote before"
    broken = decided(one, purpose=Purpose.PROMISE_BROKEN, payer=Payer.CHRONIC)
    assert "Dear Maple" not in told(broken)
    other = policy("de_DE", templates=own.templates)
    assert "Guten Tag" in compose(one, decided(one), other, HEAD, LINK).text


def test_one_template_for_each_step_and_language() -> None:
    with pytest.raises(ValueError, match="two templates are for one step in one language"):
        DunningPolicy(templates=(template(TEXT), template(TEXT)))


def test_a_name_without_a_known_ending_is_refused() -> None:
    with pytest.raises(ValueError, match=r"letter\.docx: a template is a file that ends in"):
        template(TEXT, "letter.docx")


def test_a_header_cannot_be_added_by_a_name() -> None:
    one = replace(invoice(), number="1\r\nBcc: all@example.com")
    bad = account(one, name="Evil\r\nBcc: x@example.com")
    own = policy(templates=(template("Subject: For {{ customer }}\n{{ table }}"),))

    assert compose(bad, decided(bad), own, HEAD, {}).subject == "For Evil Bcc: x@example.com"
