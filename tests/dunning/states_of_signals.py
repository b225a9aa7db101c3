"""What is said once, and how much a customer's own promise holds: `states`, continued.

The same invoice, client and policy as there, unless a row says something else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning.customer.purpose import Purpose
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from providers.money import Money
from tests.dunning.accounts import DUE, at, invoice, message, promise
from tests.dunning.states import CHRONIC, DIRECT, FRIENDLY, noted, on, owes, send, wait

WRITING = DunningPolicy(
    steps=(
        Step(name="friendly", offset_days=7, tone=Tone.FRIENDLY),
        Step(name="direct", offset_days=14, tone=Tone.DIRECT),
        Step(name="final", offset_days=30, tone=Tone.FINAL),
    )
)
USD_10 = Money.of("10", "USD")
ASKED = replace(DIRECT, purpose=Purpose.UNCLEAR, said_of=("id:INV-1",))
TRIED = replace(DIRECT, purpose=Purpose.PAYMENT_STARTED, said_of=("id:INV-1",))
TOLD = replace(
    message("direct", "2026-04-13", "INV-1"), purpose=Purpose.RETURNED, said_of=("id:INV-1",)
)

BY_PROMISE = [
    wait("a customer's own promise of all is waited for",
         owes(promises=(promise("2026-03-12", own=True),)), on(7), "USD 100.00 promised for"),
    send("its own promise of less holds that much, and the rest is asked for",
         owes(promises=(promise("2026-03-12", "40", own=True),)), on(7), "friendly", Tone.FRIENDLY,
         total="60", says="USD 40.00 of it is promised and not asked for"),
    send("a cent silences nothing",
         owes(invoice("INV-1", "50000"), promises=(promise("2026-03-31", "0.01", own=True),)),
         on(7), "friendly", Tone.FRIENDLY, total="49999.99"),
    send("what came of its promise is held no longer",
         owes(invoice("INV-1", "70"),
              promises=(replace(promise("2026-03-12", "40", own=True), holds=USD_10),)), on(7),
         "friendly", Tone.FRIENDLY, total="60"),
    send("its own promise of less, broken: all is asked for",
         owes(promises=(promise("2026-03-11", "40", own=True),), sent=(FRIENDLY,)), on(18),
         "direct", Tone.DIRECT, total="100"),
    send("broken before anything was written: it is spoken of",
         owes(promises=(promise("2026-03-11", "40", own=True),)), on(11), "promise 2026-03-11",
         Tone.REMINDER, purpose=Purpose.PROMISE_BROKEN, total="100"),
    send("its own promise for two invoices holds the older first",
         owes(invoice(), invoice("INV-2", due=DUE + timedelta(days=1)),
              promises=(promise("2026-03-20", "120", "INV-1", "INV-2", own=True),)), on(8),
         "friendly", Tone.FRIENDLY, total="80", covers=("INV-2",),
         says="INV-1: USD 120.00 promised"),
    send("where a part is disputed, its own promise of half the rest",
         owes(invoice("INV-1", "1000", disputed="200", case="17"),
              promises=(promise("2026-03-20", "400", own=True),)), on(7), "friendly",
         Tone.FRIENDLY, total="400"),
    wait("where a part is disputed, its own promise of the rest is waited for",
         owes(invoice("INV-1", "1000", disputed="200", case="17"),
              promises=(promise("2026-03-20", "800", own=True),)), on(7),
         "USD 800.00 promised for 2026-03-20"),
    wait("what comes after the day of its own promise asks for all",
         owes(promises=(promise("2026-03-12", "40", own=True),), sent=(FRIENDLY,)), on(8),
         "'promise 2026-03-12' about INV-1, USD 100.00, is due on Mon 16 Mar"),
    wait("what a person wrote down besides is waited for",
         owes(promises=(promise("2026-03-12", "40", own=True), promise("2026-03-20", "30"))),
         on(7), "USD 30.00 promised for 2026-03-20"),
]  # fmt: skip

BY_SIGNALS = [
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

ROWS = BY_SIGNALS + BY_PROMISE
