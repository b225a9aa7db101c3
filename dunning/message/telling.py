"""What a message is told by: the facts of a decision, and which words of a language they choose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunning.customer.account import Account, DueInvoice, Promise
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decision import Send
from dunning.deciding.joint import parts
from dunning.rules.steps import Tone
from dunning.words.lines import isolated, one_line
from dunning.words.phrases import Phrases

REGISTERS = {Payer.RELIABLE: "warm", Payer.CHRONIC: "firm"}
PURPOSES = {
    Purpose.PROMISE_BROKEN: "promise_broken",
    Purpose.UNCLEAR: "unclear",
    Purpose.PAYMENT_STARTED: "payment_started",
    Purpose.RETURNED: "returned",
    Purpose.INSTALMENT: "instalment",
}
AHEAD = {"instalment": "instalment_ahead"}
"""What differs before the due day."""


@dataclass(frozen=True, slots=True)
class Telling:
    """All that the blocks are chosen by, and the values of their placeholders."""

    parts: tuple[tuple[Account, Send], ...]
    phrases: Phrases
    chosen: tuple[DueInvoice, ...]
    values: Mapping[str, str]

    @property
    def step(self) -> Send:
        """Of the currency that the letter is written in the manner of."""
        return self.parts[0][1]

    @property
    def register(self) -> str:
        return REGISTERS.get(self.step.manner.payer, "plain")

    @property
    def tone(self) -> Tone:
        """The tone of the decision; but nothing overdue is spoken of as if it fell due, and nothing
        that was never written about as if it had been."""
        late = any(i.due and i.due < self.step.on for i in self.chosen)
        tone = self.step.tone
        if tone is Tone.FINAL and "last_on" not in self.values:
            return Tone.DIRECT
        return Tone.FRIENDLY if late and tone is Tone.UPCOMING else tone

    @property
    def matter(self) -> str:
        """What the blocks are about: the purpose where there is one beside asking, or the tone."""
        matter = PURPOSES.get(self.step.manner.purpose, self.tone.value)
        return AHEAD.get(matter, matter) if self.tone is Tone.UPCOMING else matter

    @property
    def form(self) -> str:
        """The form of a text where not only the number of invoices chooses it: how many of them
        are open again (`single`, `some`), or that more than one instalment is due (`several`)."""
        purpose = self.step.manner.purpose
        if purpose is Purpose.RETURNED and 0 < self.reopened < len(self.chosen):
            return "single" if self.reopened == 1 else "some"
        days = {day for i in self.chosen for day in i.instalment_days if self._is_told(day)}
        return "several" if purpose is Purpose.INSTALMENT and len(days) > 1 else ""

    def _is_told(self, day: date) -> bool:
        """Whether an instalment of this day is spoken of: as what is due, or as what will be."""
        return day <= self.step.on or self.tone is Tone.UPCOMING

    @property
    def reopened(self) -> int:
        return sum(i.id in self.step.manner.returned for i in self.chosen)

    @property
    def broken(self) -> tuple[Promise, ...]:
        """Broken promises that this message is a step after, beside the one that it is about."""
        return tuple(
            promise
            for account, step in self.parts
            for promise in account.promises
            if promise != step.manner.promise and _is_followed(promise, step)
        )

    def say(self, *path: str, count: int | None = None, **more: str) -> str:
        count = len(self.chosen) if count is None else count
        facts = {**self.values, "reopened": str(self.reopened), **more}
        return self.phrases.say(*path, count=count, form=self.form, **facts)

    def promised(self, promise: Promise) -> dict[str, str]:
        """What was promised, for which of the invoices, and by when, as it is told."""
        numbers = [number_of(i) for i in self.chosen if i.id in promise.invoice_ids]
        return {
            "promised": self.phrases.amount(promise.amount),
            "promised_on": self.phrases.day(promise.on),
            "promised_for": ", ".join(map(isolated, numbers)),
        }


def telling(account: Account, step: Send, phrases: Phrases) -> Telling:
    """The facts of a step that was decided on, to be said in these words."""
    both = tuple(parts(account, step))
    chosen = tuple(invoice for one in both for invoice in chosen_of(*one))
    return Telling(both, phrases, chosen, _values(both, phrases, chosen))


def chosen_of(account: Account, step: Send) -> list[DueInvoice]:
    """The invoices of one currency, the oldest first."""
    found = [i for i in account.invoices if i.id in step.invoice_ids]
    return sorted(found, key=lambda i: (i.due or i.issued, i.number, i.id))


def number_of(invoice: DueInvoice) -> str:
    """As it is told, in one line; the ledger's id where it has no number."""
    return one_line(invoice.number) or invoice.id


def when(phrases: Phrases, due: date, today: date) -> str:
    """How long ago or how far ahead a due date is."""
    days = (today - due).days
    if not days:
        return phrases.say("when", "today")
    more: dict[str, Any] = {"days": str(abs(days))}
    return phrases.say("when", "late" if days > 0 else "ahead", count=abs(days), **more)


def _is_followed(promise: Promise, step: Send) -> bool:
    """Whether the step after a broken promise is among those of the message."""
    stages = dict(zip(step.invoice_ids, step.stages, strict=True))
    return any(stages.get(id_) == f"promise {promise.on}" for id_ in promise.invoice_ids)


def _values(
    both: Sequence[tuple[Account, Send]], phrases: Phrases, chosen: Collection[DueInvoice]
) -> dict[str, str]:
    account, step = both[0]
    manner = step.manner
    oldest = min(chosen, key=lambda i: i.due or i.issued)
    assert oldest.due is not None, "only invoices with a due date are reminded of"
    values = {
        "customer": isolated(one_line(account.name)),
        "number": isolated(number_of(oldest)),
        "amount": phrases.amount(oldest.open),
        "billed": phrases.amount(oldest.total),
        "total": " + ".join(phrases.amount(one.total) for _, one in both),
        "due": phrases.day(oldest.due),
        "late": when(phrases, oldest.due, step.on),
        "returned": ", ".join(isolated(number_of(i)) for i in chosen if i.id in manner.returned),
        "page": next((isolated(number_of(i)) for i in chosen if i.id == manner.page), ""),
    }
    told = {one.manner.last_on for _, one in both}
    if len(told) == 1 and manner.last_on:
        values["last_on"] = phrases.day(manner.last_on)
    if manner.promise:
        values["promised"] = phrases.amount(manner.promise.amount)
        values["promised_on"] = phrases.day(manner.promise.on)
    return values
