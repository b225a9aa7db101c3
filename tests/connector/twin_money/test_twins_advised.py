"""An advice that does not speak for money by itself is no evidence either of which money it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from connector.clients import tenants
from connector.deps import Deps
from connector.evidence import remittances
from connector.evidence.remittances import Source
from connector.rules.modes import Mode
from providers.ledger import Allocation, Status
from providers.past import PaidBy
from providers.receipts import Remittance, RemittanceLine
from tests.connector.office import TODAY, customer, invoice, payment, usd
from tests.connector.pairs import Pairs, line

Sender = tuple[Source, str]
IS_HEARD: Mapping[Sender, bool] = {
    (Source.FILE, ""): True,
    (Source.MAIL, "ap@ash.example"): True,
    (Source.MAIL, "eve@evil.example"): False,
    (Source.UNPROVEN, "ap@ash.example"): False,
}
every_sender = pytest.mark.parametrize("sender", IS_HEARD)
TRACE = "EFT 5550123"
OTHERS = {"2002": 60, "2003": 40}


@dataclass
class Advised:
    """In copilot a person is asked about all, and told what is certain and what may be."""

    pairs: Pairs

    @classmethod
    def opened(cls, deps: Deps) -> Advised:
        made = cls(Pairs.opened(deps, Mode.COPILOT))
        made.pairs.keep(customer(name="Ash Ltd", emails=("ap@ash.example",)))
        return made

    def advise(self, sender: Sender, paid: Mapping[str, int], *, days_ago: int = 0) -> None:
        """Of the money with the trace: by invoice, what is paid of it."""
        lines = tuple(
            RemittanceLine(f"INV-{id_}", usd(n), usd(0), usd(0), usd(n)) for id_, n in paid.items()
        )
        total, day = usd(sum(paid.values())), TODAY - timedelta(days=days_ago)
        deps, (source, address) = self.pairs.deps, sender
        with deps.writing() as tx:
            remittances.keep(
                tx, tenants.connection(tx, self.pairs.connection_id),
                [Remittance("Ash Ltd", TRACE, day, total, lines)], source=source, by="tests",
                at=deps.now(), sender=address,
            )  # fmt: skip

    def asked(self, subject: str) -> str:
        self.pairs.decide()
        question = self.pairs.asked(subject)
        assert question
        return question.summary


@every_sender
def test_a_line_that_says_what_the_advice_of_a_record_says_is_that_record(
    both: Deps, sender: Sender
) -> None:
    ash = Advised.opened(both)
    received = TODAY - timedelta(days=5)
    ash.pairs.keep(
        invoice("2001"), invoice("2004"), payment(received=received, reference=TRACE)
    )  # fmt: skip
    ash.advise(sender, {"2001": 100}, days_ago=5)
    ash.pairs.bring("b1", "INV-2001")
    asked = ash.asked(line("b1"))
    assert ("it is the same money" in asked) is IS_HEARD[sender]
    assert ("it may be the same money" in asked) is not IS_HEARD[sender]


@every_sender
def test_a_line_whose_advice_names_other_invoices_than_the_record_pays_is_other_money(
    both: Deps, sender: Sender
) -> None:
    ash = Advised.opened(both)
    ash.pairs.keep(
        invoice("2001", left="0", status=Status.PAID), invoice("2002", "60"), invoice("2003", "40"),
        payment(left="0", reference="", received=TODAY,
                allocations=(Allocation("2001", usd(100)),)),
    )  # fmt: skip
    ash.pairs.bring("b1", TRACE)
    ash.advise(sender, OTHERS)
    assert ("it is the same money" in ash.asked(line("b1"))) is not IS_HEARD[sender]


@every_sender
def test_a_record_whose_advice_names_other_invoices_than_a_line_paid_is_other_money(
    both: Deps, sender: Sender
) -> None:
    ash = Advised.opened(both)
    ash.pairs.keep(invoice("2001"), invoice("2002", "60"), invoice("2003", "40"))
    ash.pairs.bring("b1", "INV-2001")
    ash.pairs.decide()
    ash.pairs.approve(line("b1"))
    ash.pairs.enter()
    ash.pairs.keep(payment(reference=TRACE, received=TODAY))
    ash.advise(sender, OTHERS)
    was_entered = "was entered from the bank already" in ash.asked("payment:p1")
    assert was_entered is not IS_HEARD[sender]


@every_sender
def test_a_line_whose_advice_names_others_need_not_wait_for_a_payment_that_is_not_read(
    both: Deps, sender: Sender
) -> None:
    ash = Advised.opened(both)
    shown = (PaidBy("P9", usd(100), TODAY),)
    ash.pairs.keep(
        invoice("2001", "200", left="100", payments=shown), invoice("2002", "60"),
        invoice("2003", "40"),
    )  # fmt: skip
    ash.pairs.bring("b1", TRACE)
    ash.advise(sender, OTHERS)
    ash.pairs.decide()
    assert (ash.pairs.asked(line("b1")) is not None) is IS_HEARD[sender]
