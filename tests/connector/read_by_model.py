"""A firm whose client wants a language model to read what customers answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connector.decided import customer_answers
from connector.decided.customer_answers import Answer
from connector.inbound import replies, suggestions
from connector.rules.modes import Mode
from dunning.answers.suggesting import Meaning
from providers.messages import Reply
from tests.connector.firm import Firm
from tests.providers.language.serving import Endpoint

Opens = Callable[..., Firm]
WORDS = "Sorry! We will pay INV-1 on 12 March. The other one came twice."
PROMISE = {
    "kind": "promise", "quote": "We will pay INV-1 on 12 March.", "invoices": ["INV-1"],
    "on": "2026-03-12",
}  # fmt: skip
DISPUTE = {"kind": "dispute", "quote": "The other one came twice.", "invoices": [], "on": ""}
INVENTED = {"kind": "promise", "quote": "We will pay all.", "invoices": [], "on": "2026-03-09"}


def opened(open_firm: Opens, endpoint: Endpoint, **dunning: Any) -> Firm:
    firm = open_firm(
        "quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning={"suggest": True} | dunning
    )
    config = firm.deps.config.model_copy(update={
        "language_url": endpoint.url, "language_model": "small", "language_seconds": 1,
    })  # fmt: skip
    firm.universe.deps = replace(firm.deps, config=config)
    return firm


def answered(firm: Firm, words: str = WORDS, *, automatic: bool = False) -> Answer:
    ash = firm.books.customer("Ash")
    for number in ("INV-1", "INV-2"):
        firm.owe(ash, number)
    firm.sweep()
    reply = Reply(
        message_id="<1@ash.example>", in_reply_to=(), sender="pay@ash.example", subject="Re: 1",
        text=words, automatic=automatic, received_at=firm.deps.now(),
    )  # fmt: skip
    replies.keep(firm.deps, (firm.connection_id, ash), reply)
    firm.settle()
    return answer(firm, ash)


def answer(firm: Firm, customer_id: str) -> Answer:
    with firm.deps.reading() as tx:
        (one,) = customer_answers.of_customer(tx, firm.connection_id, customer_id)
    return one


def suggested(firm: Firm, one: Answer) -> list[Meaning]:
    with firm.deps.reading() as tx:
        return [it.meaning for it in suggestions.of(tx, firm.connection_id, [one])[one]]
