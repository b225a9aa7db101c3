"""A step that cannot be taken is left alone until the next day."""

from __future__ import annotations

from connector import local_days
from connector.rules.modes import Mode
from tests.connector.charging import Opens


def test_a_step_taken_before_the_invoice_was_moved_is_not_decided_on_every_minute(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT})
    ash, oak = firm.books.customer("Ash"), firm.books.customer("Oak")
    invoice = firm.owe(ash, "INV-1", "100.00", late_days=4)
    firm.sweep()
    assert len(firm.mails()) == 1
    decided = len(firm.log("remind.decided"))
    firm.hand.update("Invoice", {"Id": invoice, "CustomerRef": {"value": oak}})
    firm.sweep()
    for _ in range(10):
        firm.pass_time(minutes=2)
    assert len(firm.log("remind.decided")) == decided
    midnight = local_days.around(firm.connection, firm.deps.now())[1]
    assert firm.plan()[oak].look_at == midnight
    assert "was taken already" in firm.plan()[oak].reason
    assert len(firm.mails()) == 1
