"""What customers answered, listed and read as it is typed."""

from __future__ import annotations

from datetime import date

import pytest

from connector.decided import customer_answers
from connector.inbound import replies, suggestions
from connector.rules.modes import Mode
from dunning.answers.suggesting import Meaning, Suggestion
from providers.messages import Reply
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"remind": Mode.AUTOPILOT})


def test_an_answer_holds_its_customer_until_it_is_read(terminal: Terminal, firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.settle()
    reply = Reply("<r@y>", (), "ann@ash.example", "Re", "on Friday", firm.deps.now(), False)
    replies.keep(firm.deps, (firm.connection_id, customer), reply)
    firm.pass_days(3)
    assert firm.mails() == []
    (row,) = terminal.type("replies", "list", "1", "--json").rows()
    assert (row["customer"], row["sender"], row["text"]) == (
        "Ash", "ann@ash.example", "on Friday",
    )  # fmt: skip
    assert "ann@ash.example" in terminal.type("replies", "list", "1").out
    assert "no answer 999 waits to be read" in terminal.type("replies", "read", "1", "999").error
    told = terminal.type("replies", "read", "1", str(row["number"]))
    assert told.out.startswith(f"Answer {row['number']} is read")
    assert terminal.type("replies", "list", "1").out == "Every answer is read.\n"
    firm.pass_days(2)
    assert len(firm.mails()) == 1


def test_what_a_model_suggested_is_listed_with_the_words(terminal: Terminal, firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.settle()
    said = "We pay INV-1 on 12 March. Who are you?"
    reply = Reply("<r@y>", (), "ann@ash.example", "Re", said, firm.deps.now(), False)
    replies.keep(firm.deps, (firm.connection_id, customer), reply)
    with firm.deps.writing() as tx:
        (answer,) = customer_answers.of_customer(tx, firm.connection_id, customer)
        suggestions.begin(tx, firm.connection_id, answer)
        suggestions.keep(tx, firm.connection_id, answer, [
            Suggestion(Meaning.PROMISE, said[:25], ("INV-1",), date(2026, 3, 12)),
            Suggestion(Meaning.QUESTION, said[26:]),
        ])  # fmt: skip
    (row,) = terminal.type("replies", "list", "1", "--json").rows()
    assert [it["meaning"] for it in row["suggested"]] == ["promise", "question"]
    out = " ".join(terminal.type("replies", "list", "1").out.split())
    assert "(suggested: promise by 2026-03-12, on INV-1, because of: We pay INV-1 on 12" in out
    assert "(suggested: question, because of: Who are you?)" in out


def test_the_whole_message_is_shown_with_what_it_quotes(terminal: Terminal, firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    reply = Reply(
        "<r@y>", (), "ann@ash.example", "Re", "on Friday", firm.deps.now(), False,
        whole="on Friday\n\n> When do you \x1b[2Jpay?",
    )  # fmt: skip
    replies.keep(firm.deps, (firm.connection_id, customer), reply)
    (row,) = terminal.type("replies", "list", "1", "--json").rows()
    assert (row["text"], row["whole"]) == ("on Friday", reply.whole)
    number = str(row["number"])
    told = " ".join(terminal.type("replies", "list", "1").out.split())
    assert f"(it quotes more: ledgerhand replies show 1 {number})" in told
    shown = terminal.type("replies", "show", "1", number).out
    assert shown == "on Friday\n\n> When do you [2Jpay?\n"
    assert "no answer 999 waits" in terminal.type("replies", "show", "1", "999").error
