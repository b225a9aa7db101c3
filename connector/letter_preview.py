"""The letters of a client's policy, side by side by how a customer pays; nothing is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from connector import policy
from connector.accounts import accounts_of
from connector.deps import Deps
from connector.tenants import Connection
from dunning.account import Account
from dunning.letters import Letter, Letterhead, compose
from dunning.own_template import KEPT
from dunning.phrases import phrases_of
from dunning.placeholders import MissingData
from dunning.policy import DunningPolicy
from dunning.stages import as_payer, example, stages
from dunning.standing import Payer

SHOWN = (Payer.RELIABLE, Payer.MIXED, Payer.CHRONIC)
EXAMPLE_LINK = "https://pay.example/1042"
LOCALES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "nl": "nl_NL"}
"""What a language is shown as where the policy is in another."""
EXAMPLE_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter, or the reason why it could not be written."""

    step: str
    payer: Payer
    letter: Letter | None
    missing: str = ""


class NoCustomer(LookupError):
    """The customer has no open invoices to write about; the text says so."""


def letters(
    deps: Deps,
    connection: Connection,
    *,
    customer_id: str = "",
    language: str = "",
    payers: Collection[Payer] = SHOWN,
    step: str = "",
) -> list[Shown]:
    """Every message of the policy in force for each of `payers`, the steps in their order, or
    those of one step alone.

    The account is the customer's own, with what is open now, or a made-up one. Raises NoCustomer.
    """
    with deps.reading() as tx:
        rules = policy.current(tx, connection.client_id).policy.dunning
        found = (
            accounts_of(tx, connection, [customer_id], deps.now())[customer_id]
            if customer_id
            else []
        )
    today = deps.now().date()
    if not customer_id:
        found = [example(today, EXAMPLE_CURRENCY, connection.time_zone)]
    links = {} if customer_id else {"example": EXAMPLE_LINK}
    written = [
        one
        for account in found
        for payer in payers
        for one in _letters(
            as_payer(account, payer, today), payer, in_language(rules, language),
            head=Letterhead(connection.name), links=links, only=step,
        )
    ]  # fmt: skip
    if customer_id and not written:
        raise NoCustomer(f"customer {customer_id!r} has no open invoice that a letter is about")
    order = {it.name: place for place, it in enumerate(rules.steps)}
    # The payers are in the order of SHOWN already, and sorting leaves equals in their places.
    return sorted(written, key=lambda one: order.get(one.step, len(order)))


def in_language(rules: DunningPolicy, language: str) -> DunningPolicy:
    """The rules with letters in a language, also for those customers that have another."""
    if not language or phrases_of(rules.locale).language == language:
        return rules
    plain = {"locale": LOCALES[language], "segments": (), "customers": {}}
    return DunningPolicy.model_validate({**rules.model_dump(), **plain}, context=KEPT)


def _letters(
    account: Account, payer: Payer, rules: DunningPolicy, *, head: Letterhead,
    links: dict[str, str], only: str,
) -> Iterator[Shown]:  # fmt: skip
    for stage in stages(account, rules):
        if only not in ("", stage.step.step):
            continue
        try:
            letter = compose(stage.account, stage.step, rules, head, links)
        except MissingData as missing:
            yield Shown(stage.step.step, payer, None, str(missing))
        else:
            yield Shown(stage.step.step, payer, letter)
