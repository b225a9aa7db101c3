"""What is said once, and then not again: `states`, continued.

The same invoice, client and policy as there, unless a row says something else.
"""

from __future__ import annotations

from dataclasses import replace

from dunning.policy import DunningPolicy
from dunning.purpose import Purpose
from dunning.steps import Step, Tone
from tests.dunning.accounts import at, invoice, message
from tests.dunning.states import CHRONIC, DIRECT, FRIENDLY, noted, on, owes, send

WRITING = DunningPolicy(
    steps=(
        Step(name="friendly", offset_days=7, tone=Tone.FRIENDLY),
        Step(name="direct", offset_days=14, tone=Tone.DIRECT),
        Step(name="final", offset_days=30, tone=Tone.FINAL),
    )
)
ASKED = replace(DIRECT, purpose=Purpose.UNCLEAR, said_of=("id:INV-1",))
TRIED = replace(DIRECT, purpose=Purpose.PAYMENT_STARTED, said_of=("id:INV-1",))
TOLD = replace(
    message("direct", "2026-04-13", "INV-1"), purpose=Purpose.RETURNED, said_of=("id:INV-1",)
)

ROWS = [
    send("opened three times and asked about before: the step's own words",
         owes(sent=(FRIENDLY, replace(ASKED, opened=5))), on(30), "final", Tone.FINAL),
    send("asked whether it is unclear, and the customer does not look at it any more",
         owes(sent=(replace(FRIENDLY, opened=4), replace(ASKED, opened=0))), on(30), "final",
         Tone.FINAL),
    send("another invoice was asked about",
         owes(sent=(replace(ASKED, at=at(on(5)), invoice_ids=("id:9",), said_of=("id:9",)),
                    replace(FRIENDLY, opened=3))), on(14), "direct",
         Tone.REMINDER, purpose=Purpose.UNCLEAR),
    send("opened three times, and the customer has answered",
         owes(sent=(replace(FRIENDLY, opened=3),), answered_at=at("2026-03-10")), on(14), "direct",
         Tone.DIRECT),
    send("answered long before anything was written about it",
         owes(sent=(replace(FRIENDLY, opened=3),), answered_at=at("2026-02-10")), on(14), "direct",
         Tone.REMINDER, purpose=Purpose.UNCLEAR),
    send("a notice before the due date was opened three times",
         owes(standing=CHRONIC, sent=(message("upcoming", on(-3), "INV-1", opened=6),)), on(3),
         "reminder", Tone.REMINDER),
    send("one on the due date, too",
         owes(sent=(message("due", on(0), "INV-1", opened=6),)), on(8), "direct", Tone.DIRECT,
         policy=DunningPolicy(steps=(
             Step(name="due", offset_days=0, tone=Tone.UPCOMING),
             Step(name="direct", offset_days=8, tone=Tone.DIRECT)))),
    send("began to pay again, and was asked about it before",
         owes(sent=(FRIENDLY, TRIED), payment_started_at=at("2026-03-20"),
              payment_started_for="id:INV-1"), on(30), "final", Tone.FINAL),
    send("began to pay another invoice than the one that was asked about",
         owes(invoice(), invoice("INV-2"), payment_started_at=at("2026-03-20"),
              payment_started_for="id:INV-2",
              sent=(message("friendly", on(7), "INV-1", "INV-2"),
                    replace(TRIED, invoice_ids=("id:INV-1", "id:INV-2")))),
         on(30), "final", Tone.REMINDER, purpose=Purpose.PAYMENT_STARTED,
         says="the pay page of invoice INV-2"),
    send("began to pay, and has answered",
         owes(sent=(FRIENDLY,), answered_at=at("2026-03-13"),
              payment_started_at=at("2026-03-12"), payment_started_for="id:INV-1"), on(14),
         "direct", Tone.DIRECT),
    send("began to pay after a notice before the due date",
         owes(standing=CHRONIC, sent=(message("upcoming", on(-3), "INV-1"),),
              payment_started_at=at("2026-02-28"), payment_started_for="id:INV-1"), on(3),
         "reminder", Tone.REMINDER),
    send("a returned payment that was told of before: the step's own words",
         owes(invoice(reopened=True), sent=(FRIENDLY, TOLD)), on(50), "final", Tone.FINAL,
         policy=WRITING),
    send("another payment that was returned since",
         owes(invoice(reopened=True), invoice("INV-2", reopened=True),
              sent=(message("friendly", on(7), "INV-1", "INV-2"),
                    replace(TOLD, invoice_ids=("id:INV-1", "id:INV-2"),
                            stages=("direct", "direct")))), on(50), "final", Tone.FINAL,
         purpose=Purpose.RETURNED, covers=("INV-1", "INV-2"),
         policy=WRITING),
    send("what was told in shadow counts while shadow lasts",
         owes(invoice(reopened=True), sent=(noted(FRIENDLY), noted(TOLD)), in_shadow=True), on(50),
         "final", Tone.REMINDER, policy=WRITING),
    send("but not afterwards",
         owes(invoice(reopened=True), sent=(noted(TOLD),)), on(42), "friendly", Tone.FRIENDLY,
         purpose=Purpose.RETURNED),
]  # fmt: skip
