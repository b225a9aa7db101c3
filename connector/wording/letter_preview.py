"""All that a client's policy says to customers, side by side by how they pay; nothing is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from connector.account import account_faults
from connector.account.accounts import accounts_of
from connector.clients.tenants import Connection
from connector.correspondence import postal
from connector.db import Tx
from connector.deps import Deps
from connector.mirroring import mirror
from connector.paper import posting
from connector.rules import modes, policy
from connector.rules.modes import ACTING, Capability
from connector.wording.step_words import Desk, Words, words_of
from dunning.ahead.stages import EXAMPLE_NUMBER, Stage, as_payer, example, stages
from dunning.customer.account import Account
from dunning.customer.standing import Payer
from dunning.rules.own_template import KEPT
from dunning.rules.policy import DunningPolicy
from dunning.words.phrases import phrases_of
from dunning.words.placeholders import MissingData

SHOWN = (Payer.RELIABLE, Payer.MIXED, Payer.CHRONIC)
EXAMPLE_LINK = "https://pay.example/1042"
LOCALES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "nl": "nl_NL"}
"""What a language is shown as where the policy is in another."""
EXAMPLE_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Shown:
    """One stage: what it says, or the reason why that could not be written. `day` is counted from
    the oldest due date, `person` what a person decides there, or why one does."""

    step: str
    payer: Payer
    day: int
    person: str
    words: Words | None
    missing: str = ""


class NoCustomer(LookupError):
    """The customer has no open invoices to write about; the text says so."""


def stages_of(
    deps: Deps,
    connection: Connection,
    *,
    customer_id: str = "",
    language: str = "",
    payers: Collection[Payer] = SHOWN,
    step: str = "",
) -> list[Shown]:
    """Every stage of the policy in force for each of `payers`, in the order of its steps, or those
    of one step alone.

    The account is the customer's own, with what is open now, or a made-up one. Raises NoCustomer,
    and CannotRead where a fault of ours keeps the customer from being read.
    """
    with deps.reading() as tx:
        rules = policy.dunning_of(tx, connection)
        acting = {it for it, mode in modes.of(tx, connection.client_id).items() if mode in ACTING}
        found = _accounts(tx, deps, connection, customer_id, acting)
        frame = posting.frame_of(
            connection, _recipient(tx, connection, found), now=deps.now()
        )  # fmt: skip
    desk = Desk(
        in_language(rules, language), frame, {} if customer_id else {"example": EXAMPLE_LINK},
        may_text=Capability.TEXT in acting,
    )  # fmt: skip
    today = deps.now().date()
    shown = [
        one
        for account in found
        for payer in payers
        for one in _shown(as_payer(account, payer, today), payer, desk, only=step)
    ]
    if customer_id and not shown:
        raise NoCustomer(f"customer {customer_id!r} has no open invoice that a letter is about")
    return _in_order(shown, rules)


def in_language(rules: DunningPolicy, language: str) -> DunningPolicy:
    """The rules with every word in a language, also for those customers that have another."""
    if not language:
        return rules
    is_own = phrases_of(rules.locale).language == language
    document = rules.model_dump()
    one_tongue = {
        "locale": rules.locale if is_own else LOCALES[language],
        "segments": [
            {**segment, "change": _but_locale(segment["change"])}
            for segment in document["segments"]
        ],
        "customers": {id_: _but_locale(it) for id_, it in document["customers"].items()},
    }
    return DunningPolicy.model_validate({**document, **one_tongue}, context=KEPT)


def _but_locale(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if name != "locale"}


def _accounts(
    tx: Tx, deps: Deps, connection: Connection, customer_id: str, acting: Collection[Capability]
) -> list[Account]:
    if customer_id:
        return account_faults.needed(
            connection.id, customer_id,
            lambda: accounts_of(tx, connection, [customer_id], deps.now())[customer_id],
        )  # fmt: skip
    made_up = example(deps.now().date(), EXAMPLE_CURRENCY, connection.time_zone)
    by_machine = Capability.CALL in acting
    return [replace(made_up, call_to=EXAMPLE_NUMBER if by_machine else "")]


def _recipient(tx: Tx, connection: Connection, found: Iterable[Account]) -> tuple[str, ...]:
    account = next(iter(found), None)
    if account is None:
        return ()
    customer = mirror.customer(tx, connection.id, account.customer_id)
    return postal.lines_of(tx, connection, customer) if customer else (account.name,)


def _shown(account: Account, payer: Payer, desk: Desk, *, only: str) -> Iterator[Shown]:
    due = min((i.due for i in account.invoices if i.due), default=date.max)
    for stage in stages(account, desk.policy):
        if only not in ("", stage.step.step):
            continue
        words, missing = _words(stage, desk)
        day = (stage.step.on - due).days
        yield Shown(stage.step.step, payer, day, stage.person, words, missing)


def _words(stage: Stage, desk: Desk) -> tuple[Words | None, str]:
    dated = replace(desk, frame=replace(desk.frame, on=stage.step.on))
    try:
        return words_of(stage.account, stage.step, dated), ""
    except MissingData as missing:
        return None, str(missing)


def _in_order(shown: list[Shown], rules: DunningPolicy) -> list[Shown]:
    """As the policy has its steps; one that only a segment has, by its day. The payers are in their
    order already, and sorting leaves equals in their places."""
    days = {one.step: one.day for one in reversed(shown)}
    days |= {step.name: step.offset_days for step in rules.steps}
    return sorted(shown, key=lambda one: (days[one.step], one.step))
