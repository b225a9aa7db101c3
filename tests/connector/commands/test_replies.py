"""What customers answered, listed and read as it is typed."""

from __future__ import annotations

import pytest

from connector import replies
from connector.modes import Mode
from providers.messages import Reply
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm


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
