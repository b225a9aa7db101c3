"""A dispute holds whatever its subject, even one with which a server's might begin."""

from __future__ import annotations

import pytest

from connector.decided import customer_answers
from tests.connector.collecting.reading import Opens
from tests.connector.inbound.test_known_senders import DISPUTE, reminded, unread, write


@pytest.mark.parametrize("subject", [
    "Undelivered goods, INV-1", "Delivery status of our order 77",
    "Out of office chairs, wrong item delivered",
    "Abwesenheitsvertretung: Rechnung 12 bestritten",
])  # fmt: skip
@pytest.mark.parametrize("names_ours", [True, False])
def test_a_dispute_with_an_everyday_subject_holds_until_it_is_read(
    open_firm: Opens, subject: str, *, names_ours: bool
) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    named = f"In-Reply-To: {mail['message_id']}\r\n" if names_ours else ""
    write(firm.deps, head=named, subject=subject)
    (answer,) = unread(firm.deps, firm.connection_id)
    assert (answer.answer.subject, answer.answer.text) == (subject, DISPUTE)
    firm.pass_days(10)
    assert len(firm.mails()) == 1
    customer_answers.read(firm.deps, firm.connection_id, answer.hold.id, by="ann")
    firm.pass_days(1)
    assert len(firm.mails()) == 2
