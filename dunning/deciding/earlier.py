"""What happened about each invoice of an account, found without going through all of it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dunning.customer.account import Account, Promise, SentMessage


@dataclass(frozen=True, slots=True)
class About:
    """About one invoice: its promises, and the messages in the order of the account, each with the
    step that it was for."""

    promises: list[Promise] = field(default_factory=list)
    messages: list[tuple[SentMessage, str]] = field(default_factory=list)

    def latest(self, stage: str) -> SentMessage | None:
        """The last message that was for this step; None where there was none."""
        found = (message for message, step in reversed(self.messages) if step == stage)
        return next(found, None)


def by_invoice(account: Account) -> Mapping[str, About]:
    """By the id of an invoice; of one that nothing is known about, nothing."""
    found: dict[str, About] = defaultdict(About)
    for message in account.sent:
        stages: Sequence[str] = message.stages or [message.step] * len(message.invoice_ids)
        for id_, stage in zip(message.invoice_ids, stages, strict=True):
            found[id_].messages.append((message, stage))
    for promise in account.promises:
        for id_ in promise.invoice_ids:
            found[id_].promises.append(promise)
    return found
