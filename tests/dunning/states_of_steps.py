"""Which steps count as taken, and which invoices one covers: `states`, continued.

The same invoice, client and policy as there, unless a row says something else.
"""

from __future__ import annotations

from dataclasses import replace

from dunning.decision import Matter
from dunning.policy import DunningPolicy
from dunning.steps import Step, StepMode, Tone
from tests.dunning.accounts import message
from tests.dunning.states import DIRECT, FRIENDLY, ask, noted, on, owes, send, wait

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

ROWS = BY_SHADOW
