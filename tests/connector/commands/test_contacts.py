"""Contacts as a bookkeeper types them, what becomes of a message, and what the doctor says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.post import PUBLIC, TRACKED, Post, open_post

CLIENT = "1"
ASH = "pay@ash.example"


@pytest.fixture
def post(open_firm: Opens) -> Post:
    post = open_post(open_firm, "quickbooks", **TRACKED)
    post.firm.owe(post.firm.books.customer("Ash"), "INV-1", late_days=4)
    post.firm.pass_time(minutes=20)
    return post


@pytest.fixture
def terminal(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:  # fmt: skip
    set_variables(monkeypatch, post.firm, tmp_path)
    return Terminal(post.firm, capsys)


def listed(terminal: Terminal) -> list[tuple[str, str]]:
    """(address or number, whether it gets reminders) of everybody at Ash."""
    told = terminal.type("contacts", "list", CLIENT, "Ash", "--json")
    return [(row["email"] or row["phone"], row["reminders"]) for row in told.rows()]


def test_a_contact_for_dunning_gets_the_next_reminder_until_it_is_dropped(
    terminal: Terminal, post: Post
) -> None:
    assert listed(terminal) == [(ASH, "yes")]
    told = terminal.type(
        "contacts", "add", CLIENT, "Ash", "--role", "dunning", "--name", "Ann Lee",
        "--email", "Ann@Ash.example", "--phone", "+14155552671",
    )  # fmt: skip
    assert told.out == "ann@ash.example is dunning at Ash.\n"
    assert listed(terminal) == [("ann@ash.example", "yes"), (ASH, "no")]
    post.firm.pass_days(7)
    assert post.firm.mails()[-1]["recipients"] == ["ann@ash.example"]
    (number,) = [
        row["id"] for row in terminal.type("contacts", "list", CLIENT, "Ash", "--json").rows()
        if row["id"]
    ]  # fmt: skip
    assert terminal.type("contacts", "drop", CLIENT, "Ash", str(number)).code == 0
    assert listed(terminal) == [(ASH, "yes")]
    assert "has no contact" in terminal.type("contacts", "drop", CLIENT, "Ash", str(number)).error


def test_an_address_that_was_stopped_is_taken_up_again_with_a_reason_only(
    terminal: Terminal, post: Post
) -> None:
    post.leave(post.firm.mails()[0])
    assert listed(terminal) == [(ASH, "stopped")]
    words = ("contacts", "add", CLIENT, "Ash", "--role", "billing", "--email", ASH)
    told = terminal.type(*words)
    assert told.code == 1
    assert "was stopped; say why it may be written to again, with --why" in told.error
    assert listed(terminal) == [(ASH, "stopped")], "nothing was kept"
    assert terminal.type(*words, "--why", "they asked for them again by telephone").code == 0
    assert listed(terminal) == [(ASH, "yes"), (ASH, "yes")]


@pytest.mark.parametrize(("words", "error"), [
    (("list", CLIENT, "Nobody"), "has no customer 'Nobody'; write the name as in the"),
    (("add", CLIENT, "Ash", "--role", "owner"), "needs an e-mail address or a telephone number"),
    (("add", CLIENT, "Ash", "--role", "owner", "--email", "a b@c.d"), "use --email and --phone"),
    (("drop", CLIENT, "Ash", "x"), "'x' is no number"),
    (("drop", CLIENT, "Ash", "99"), "Ash has no contact 99"),
    (("list", "9", "Ash"), "there is no client '9'"),
])  # fmt: skip
def test_bad_input_is_named_and_mended(
    terminal: Terminal, words: tuple[str, ...], error: str
) -> None:
    told = terminal.type("contacts", *words)
    assert told.code == 1
    assert error in told.error
    assert "Traceback" not in told.error


def test_why_tells_what_became_of_the_message(terminal: Terminal, post: Post) -> None:
    (mail,) = post.firm.mails()
    post.look(mail)
    post.leave(mail)
    told = terminal.type("why", str(post.sent()[0].decision_id))
    (message,) = json.loads(told.out)["messages"]
    opened, left = (line.partition(" ")[2] for line in message["became"])
    assert opened == "opened (unreliable)"
    assert left == "asked for no more reminders by e-mail"
    assert message["not_tracked"] == ["clicks on pay links"], "the ledger gave no pay page"


@pytest.mark.parametrize(("url", "tracked", "state", "words"), [
    (PUBLIC, True, "fine", PUBLIC),
    ("http://127.0.0.1:8000", True, "broken", "opens and clicks are not tracked"),
    ("https://10.0.0.7", False, "missing", "reminders offer no way to unsubscribe"),
    ("https://hand", False, "missing", "set LEDGERHAND_BASE_URL"),
])  # fmt: skip
def test_the_doctor_says_whether_customers_can_reach_us(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, tracked: bool, state: str,
    words: str, tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("LEDGERHAND_BASE_URL", url)
    rules = tmp_path / "rules.json"
    new = {"name": "new", "when": {"payer": ["new"]}, "change": {"track_opens": tracked}}
    rules.write_text(json.dumps({"dunning": {"segments": [new]}}))
    assert terminal.type("policy", "set", CLIENT, str(rules)).code == 0
    found = {row["part"]: row for row in terminal.type("doctor", "--json").rows()}
    assert found["links in mails"]["state"] == state
    assert words in found["links in mails"]["what"]
