"""Which steps count as taken, and which invoices one covers: `states`, continued.

The same invoice, client and policy as there, unless a row says something else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning.customer.account import DueInvoice
from dunning.customer.channels import Channel
from dunning.deciding.decision import Matter
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, Step, StepMode, Tone
from tests.dunning.accounts import DUE, invoice, message
from tests.dunning.states import (
    CONSUMER,
    DEMAND,
    DIRECT,
    FRIENDLY,
    ask,
    noted,
    on,
    owes,
    send,
    wait,
)

HOLDING = DunningPolicy(
    steps=(
        Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
        Step(name="direct", offset_days=14, tone=Tone.DIRECT),
        Step(name="hold", offset_days=60, tone=Tone.FINAL, do=Do.CREDIT_HOLD),
    )
)

BY_SHADOW = [
    send("what shadow noted is no first message: the first that goes out is not the firmest",
         owes(sent=(noted(FRIENDLY), noted(DIRECT))), on(30), "final",
         Tone.REMINDER, says="it is the first message about these invoices"),
    send("a message that was held back is no first message either",
         owes(sent=(replace(FRIENDLY, is_written=False),)), on(14), "direct", Tone.REMINDER,
         says="it is the first message about these invoices"),
    wait("in shadow, what was noted counts as taken", owes(sent=(noted(FRIENDLY),), in_shadow=True),
         on(8), "the next step, 'direct' about INV-1, USD 100.00, is due on Mon 16 Mar"),
    ask("and so does the last step that it noted",
        owes(sent=(noted(message("final", on(30), "INV-1")),), in_shadow=True), on(60),
        Matter.FORMAL, "a demand letter is a person's decision"),
    send("after shadow, what it only noted is sent: nobody begins with the second step",
         owes(sent=(noted(FRIENDLY),)), on(8), "friendly", Tone.FRIENDLY),
    send("after shadow, a message comes before what is firmer",
         owes(sent=(noted(message("final", on(30), "INV-1")),)), on(60), "final", Tone.REMINDER,
         says="'demand letter' only after it"),
    wait("what a person turned down is not proposed again",
         owes(sent=(replace(FRIENDLY, noted_only=True, is_written=False),)), on(8),
         "the next step, 'direct'"),
    wait("a step that is in shadow by itself counts as taken once it is noted",
         owes(sent=(noted(message("friendly", on(3), "INV-1")),)), on(8), "the next step, 'direct'",
         policy=DunningPolicy(steps=(
             Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY, mode=StepMode.SHADOW),
             Step(name="direct", offset_days=14, tone=Tone.DIRECT)))),
]  # fmt: skip

OLD, NEW = "INV-1", "INV-2"
BOTH = message("friendly", on(7), OLD, NEW)


def late(days: int) -> DueInvoice:
    """Another invoice, so many days late when the first is 80."""
    return invoice(NEW, due=DUE + timedelta(days=80 - days))


BY_OTHERS = [
    ask("a referral takes in none that is only reminded of, which goes on meanwhile",
        owes(invoice(), late(15), sent=(BOTH, DEMAND)), on(80), Matter.FORMAL,
        "a referral is a person's decision", covers=(OLD,), meanwhile="direct"),
    ask("nor one that nothing was written about",
        owes(invoice(), late(15), sent=(FRIENDLY, DEMAND)), on(80), Matter.FORMAL,
        "a referral is a person's decision", covers=(OLD,), meanwhile="direct"),
    ask("nor one that is to be called about",
        owes(invoice(), late(25), sent=(BOTH, DEMAND)), on(80), Matter.FORMAL,
        "a referral is a person's decision", covers=(OLD,)),
    ask("nor one that has come to a demand",
        owes(invoice(), late(50), sent=(BOTH, DEMAND)), on(80), Matter.FORMAL,
        "a referral is a person's decision", covers=(OLD,)),
    ask("a referral is for all that have come to it",
        owes(invoice(), late(78), sent=(BOTH, message("demand letter", on(45), OLD, NEW))),
        on(80), Matter.FORMAL, "a referral is a person's decision", covers=(OLD, NEW)),
    ask("a credit hold takes in none that is only reminded of",
        owes(invoice(), late(15), sent=(BOTH,)), on(80), Matter.FORMAL,
        "a credit hold is a person's decision", covers=(OLD,), policy=HOLDING, meanwhile="direct"),
    ask("a credit hold is for all that have come to it",
        owes(invoice(), late(70), sent=(BOTH,)), on(80), Matter.FORMAL,
        "a credit hold is a person's decision", covers=(OLD, NEW), policy=HOLDING),
    ask("a demand letter takes in none that is only reminded of: it would wait for the answer",
        owes(invoice(), late(15), sent=(BOTH,)), on(80), Matter.FORMAL,
        "a demand letter is a person's decision", covers=(OLD,), meanwhile="direct"),
    ask("nor one that nothing was written about, again",
        owes(invoice(), late(15), sent=(FRIENDLY,)), on(80), Matter.FORMAL,
        "a demand letter is a person's decision", covers=(OLD,), meanwhile="direct"),
    ask("a demand letter is for all that have come to it",
        owes(invoice(), late(50), sent=(BOTH,)), on(80), Matter.FORMAL,
        "a demand letter is a person's decision", covers=(OLD, NEW)),
    ask("the question stands when others were reminded of, which goes on in its time",
        owes(invoice(), late(15), sent=(BOTH, DEMAND, message("direct", on(79), NEW))), on(80),
        Matter.FORMAL, "a referral is a person's decision", covers=(OLD,)),
    ask("a question comes on its day, whatever was said about others the day before",
        owes(invoice(), late(18), sent=(BOTH, DEMAND, message("direct", on(76), NEW))), on(77),
        Matter.FORMAL, "a referral is a person's decision", covers=(OLD,)),
    wait("but not right after a message about the same invoice",
         owes(invoice(), sent=(message("demand letter", on(72), OLD, channel=Channel.LETTER),)),
         on(75), "the next step, 'referral' about INV-1, USD 100.00, is put before a person on"),
    ask("a credit that covers what has come to a formal step is applied before anything else",
        owes(invoice(), late(15), sent=(BOTH, DEMAND), credits="100"), on(80), Matter.APPLY_CREDIT,
        "apply credit: USD 100.00"),
    ask("while an invoice is disputed, a final notice about another is a person's, and what has not"
        " come so far is reminded of",
        owes(invoice("INV-3", disputed="100"), invoice(due=DUE + timedelta(days=48)), late(15),
             sent=(BOTH,)), on(80), Matter.DISPUTED, "'final' is a final notice", covers=(OLD,),
        meanwhile="direct"),
    ask("a person calls about all that was written about",
        owes(invoice(due=DUE + timedelta(days=55)), late(15), sent=(BOTH,)), on(80), Matter.CALL,
        "a person calls about USD 200.00", covers=(OLD, NEW)),
    ask("and not about what nothing was written about",
        owes(invoice(due=DUE + timedelta(days=55)), late(15), sent=(FRIENDLY,)), on(80),
        Matter.CALL, "a person calls about USD 100.00", covers=(OLD,)),
    send("a message asks for all that is late",
         owes(invoice(due=DUE + timedelta(days=48)), late(25), sent=(BOTH,)), on(80), "final",
         Tone.FINAL, total="200", covers=(OLD, NEW)),
    send("whether or not anything was written about it",
         owes(invoice(due=DUE + timedelta(days=48)), late(15), sent=(FRIENDLY,)), on(80), "final",
         Tone.FINAL, total="200", covers=(OLD, NEW)),
    send("a printed letter too",
         owes(invoice(due=DUE + timedelta(days=40)), late(15), sent=(FRIENDLY,)), on(80), "letter",
         Tone.DIRECT, total="200", by=Channel.LETTER, policy=CONSUMER, covers=(OLD, NEW)),
]  # fmt: skip

ROWS = BY_SHADOW + BY_OTHERS
