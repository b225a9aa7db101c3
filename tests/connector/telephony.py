"""A firm with a telephone: a simulated Twilio in the same process, and the product's own door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from connector.account import accounts, collection_rules, taking
from connector.decided import decisions
from connector.outgoing import effects
from connector.outgoing.effects import PlaceCall, SendText
from connector.outgoing.intents import Intent
from connector.phone import phone_contacts
from connector.phone.phone_contacts import Contact
from connector.recipients import consents
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from dunning.customer.channels import Channel
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.spoken import speech
from providers.simulated.gateway import Gateway
from providers.simulated.inprocess import InProcess
from providers.simulated.store import Doc
from providers.simulated.twilio.api import TwilioApi
from providers.simulated.twilio.exchange import Exchange
from tests.connector.firm import Firm
from tests.simulation.universe import OURS
from webhooks import parts, telephone

TWILIO = "http://twilio.test"
ACCOUNT, TOKEN = f"AC{'1' * 32}", "a token of twilio"
LINE, PHONE = "+14155550100", "+12125550123"
"""The number of the firm, and a customer's in New York."""
SETTINGS = {
    "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_number": LINE,
    "twilio_base": TWILIO,
}  # fmt: skip
ON = {"text": Mode.AUTOPILOT, "call": Mode.AUTOPILOT}
WORDS = "agreed on the order form of 2026-01-05"


@dataclass
class Telephony:
    """`door` posts to the product's own callbacks, as Twilio does."""

    firm: Firm
    exchange: Exchange
    app: Flask

    def fetch(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        parts.equip(self.app, self.firm.deps)
        answer = self.app.test_client().post(
            url.removeprefix(OURS), data=dict(fields), headers=dict(headers)
        )
        return answer.status_code, answer.data

    def agree(self, customer_id: str, *channels: Channel, number: str = PHONE) -> None:
        with self.firm.deps.writing() as tx:
            for channel in channels:
                consents.give(
                    tx, self.firm.connection_id, channel, number, customer_id=customer_id,
                    words=WORDS, by="ann", at=self.firm.deps.now(),
                )  # fmt: skip

    def switch(self, **wanted: Mode) -> None:
        """Without looking at the accounts again: the tests decide by which channel to remind."""
        with self.firm.deps.writing() as tx:
            for name, mode in wanted.items():
                modes.switch(
                    tx, self.firm.connection.client_id, Capability(name), mode,
                    at=self.firm.deps.now(), by="ann",
                )  # fmt: skip

    def plan(self, customer_id: str, channel: Channel, *, number: str = PHONE) -> str:
        """Decide on a reminder by this channel and intend it; returns the intent's key. Until then
        reminders are off, so that none goes out by e-mail."""
        self.switch(remind=Mode.AUTOPILOT)
        deps, connection = self.firm.deps, self.firm.connection
        with deps.writing() as tx:
            rules = collection_rules.of(tx, connection, deps.now())
            found = accounts.accounts_of(tx, connection, [customer_id], deps.now())
            (account,) = found[customer_id]
            step = next_step(account, rules.dunning, deps.now())
            assert isinstance(step, Send), step
            core = taking.reminder_of(account, step)
            about = (core.customer_id, core.step, core.invoice_ids, core.stages, core.total)
            facts = speech.facts_of(account, step, rules.dunning, connection.name)
            effect: SendText | PlaceCall = PlaceCall(*about, number)
            if channel is Channel.TEXT:
                effect = SendText(*about, number, speech.text_message(facts))
            dues = {i.id: i.due for i in account.invoices}
            places = [
                (id_, stage, due)
                for id_, stage in zip(step.invoice_ids, step.stages, strict=True)
                if (due := dues[id_]) is not None
            ]
            decision_id = decisions.record(
                tx, connection.id, at=deps.now(), capability=channel, subject="c", action="send",
                mode=Mode.AUTOPILOT, rule=step.step, policy_version=0, inputs={}, outcome={},
            )  # fmt: skip
            key = effects.key_of(connection.id, channel, customer_id)
            assert taking.commit(
                tx, connection.id, effect, places, key=key, mode=Mode.AUTOPILOT,
                decide=lambda: decision_id, now=deps.now(),
            )  # fmt: skip
        return key

    def intent(self) -> Intent:
        (found,) = [i for i in self.firm.intents() if isinstance(i.effect, SendText | PlaceCall)]
        return found

    def texts(self) -> list[Doc]:
        """Those that we had sent."""
        return [row for row in self.exchange.texts() if row["direction"] == "outbound-api"]

    def contact(self) -> Contact:
        with self.firm.deps.reading() as tx:
            (found,) = [
                one for one in phone_contacts.listed(tx, self.firm.connection_id)
                if one.intent_key == self.intent().key
            ]  # fmt: skip
        return found


def equip(firm: Firm, **switched: Mode) -> Telephony:
    """Give a firm a telephone and switch these on."""
    exchange = firm.universe.vendors.simulation.telephone
    exchange.open_account(
        account=ACCOUNT, token=TOKEN, texts_url=f"{OURS}/webhooks/telephone/texts"
    )
    twilio = InProcess(Gateway(firm.world, TwilioApi(exchange)))
    adapters = {**firm.deps.adapters, TWILIO: twilio}
    firm.universe.deps = replace(firm.deps, adapters=adapters)
    app = Flask("door")
    app.register_blueprint(telephone.door)
    made = Telephony(firm, exchange, app)
    exchange.fetch = made.fetch
    made.switch(**(switched or ON))
    return made


def open_telephony(
    open_firm: Callable[..., Firm], ledger: str = "quickbooks", **how: Any
) -> Telephony:
    switched = how.pop("switched", ON)
    return equip(open_firm(ledger, **SETTINGS, **how), **switched)


def owing(phone: Telephony, *channels: Channel) -> tuple[str, str]:
    """A customer who owes an invoice and agreed to these channels: (customer, invoice)."""
    customer = phone.firm.books.customer("Ash")
    invoice = phone.firm.owe(customer, "INV-7", "123.45", late_days=4)
    phone.firm.settle()
    phone.firm.pass_time(minutes=1)
    phone.agree(customer, *channels)
    return customer, invoice


def ringing(phone: Telephony) -> str:
    """That customer's phone rings; the SID of the call."""
    customer, _ = owing(phone, Channel.CALL)
    phone.plan(customer, Channel.CALL)
    phone.firm.settle()
    (call,) = phone.exchange.calls()
    return str(call["sid"])


def pay(phone: Telephony) -> None:
    """The customer pays at the counter and the bookkeeper enters it."""
    effect, books = phone.intent().effect, phone.firm.books
    assert isinstance(effect, SendText | PlaceCall)
    (invoice,) = effect.invoice_ids
    books.pay_by_hand(effect.customer_id, invoice, books.balance(invoice), phone.firm.today)


def placed(phone: Telephony) -> int:
    """How many texts and calls went out."""
    return len(phone.texts()) + len(phone.exchange.calls())


def suppressed(phone: Telephony, connection_id: int = 0) -> list[bool]:
    """Whether texts and machine calls to the customer's number are."""
    with phone.firm.deps.reading() as tx:
        return [
            consents.suppressed(tx, connection_id or phone.firm.connection_id, channel, PHONE)
            for channel in consents.MACHINE
        ]
