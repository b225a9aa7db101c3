"""A client's own templates from the command line, up to the message that goes out with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.correspondence import messages
from connector.rules import policy
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from dunning.rules.own_template import KEPT
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

GOOD = "Subject: From {{ company }}\n\nDear [Customer Name],\n\n{{ table }}\n\nAnn\n"
PLACE = ("--step", "friendly", "--language", "en")


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    return open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT})


def taken_in(terminal: Terminal, text: str, name: str = "mine.txt") -> str:
    Path(name).write_text(text, encoding="utf-8")
    told = terminal.type("template", "import", "1", name, *PLACE)
    return told.error or told.out


def reminded(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    for _ in range(4):
        firm.pass_time(hours=7)


def test_a_template_is_used_for_its_step_until_it_is_dropped(terminal: Terminal) -> None:
    assert "mine.txt is used for 'friendly' in 'en': policy version 1." in taken_in(terminal, GOOD)
    (row,) = terminal.type("template", "list", "1", "--json").rows()
    assert (row["step"], row["language"], row["kind"]) == ("friendly", "en", "text")
    assert "Dear [Customer Name]" in terminal.type("template", "show", "1", *PLACE).out
    firm = terminal.firm
    reminded(firm)

    with firm.deps.reading() as tx:
        (sent,) = messages.sent(tx, firm.connection_id)
    assert sent.subject == f"From {firm.connection.name}"
    assert sent.text.startswith("Dear Ash,\n\n")
    assert "INV-1" in sent.text

    assert "Our words are used" in terminal.type("template", "drop", "1", *PLACE).out
    assert terminal.type("template", "list", "1", "--json").rows() == []
    assert "there is no template" in terminal.type("template", "show", "1", *PLACE).error


def test_what_is_missing_stops_the_message_and_asks_a_person(terminal: Terminal) -> None:
    taken_in(terminal, "{{ table }}\n\nAnswer to {{ reply_to }}\n")
    firm = terminal.firm
    reminded(firm)

    (asked,) = firm.asked()
    assert "the template asks for reply_to" in asked.summary
    assert firm.mails() == []


def test_unknown_placeholders_are_listed_with_their_lines_and_nothing_is_kept(
    terminal: Terminal,
) -> None:
    told = taken_in(terminal, "Dear {{ custmer }},\n{{ table }}\nYour [Account Manager]\n")

    assert "mine.txt is not used:" in told
    assert "\n  line 1: {{ custmer }} is no placeholder" in told
    assert "\n  line 3: [Account Manager] is no placeholder" in told
    assert terminal.type("template", "list", "1", "--json").rows() == []


def test_what_is_taken_out_of_a_page_is_told(terminal: Terminal) -> None:
    told = taken_in(terminal, "<p>{{ table }}</p><script>x()</script><form></form>", "mine.html")

    assert "Taken out, since no mail may hold it: form, script." in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1", "absent.txt", *PLACE), "absent.txt cannot be read: No such file"),
        (("1", "absent.txt", "--step", "x", "--language", "en"), "there is no step 'x'"),
        (("nobody", "absent.txt", *PLACE), "there is no client 'nobody'"),
        (("1", "latin.txt", *PLACE), "latin.txt is no UTF-8 text"),
        (("1", "mine.docx", *PLACE), "a template is a file that ends in .html or .txt"),
    ],
)
def test_what_cannot_be_taken_in_says_why(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    Path("latin.txt").write_bytes("{{ table }} é".encode("latin-1"))
    Path("mine.docx").write_text("{{ table }}")

    told = terminal.type("template", "import", *words)

    assert told.code == 1
    assert said in told.error
    assert "Traceback" not in told.error


def test_a_kept_template_does_not_make_the_policy_unreadable(terminal: Terminal) -> None:
    """As if a phrase had been banned after the template was kept."""
    old = {"step": "friendly", "language": "en", "body": "{{ table }} Act now."}
    made = Policy.model_validate({"dunning": {"templates": [old]}}, context=KEPT)
    deps = terminal.firm.deps
    with deps.writing() as tx:
        policy.save(tx, 1, made, at=deps.now(), by="tests")

    assert "Act now." in terminal.type("template", "show", "1", *PLACE).out
    with pytest.raises(ValueError, match="urgency: act now"):
        Policy.model_validate({"dunning": {"templates": [old]}})
