"""What is done for a customer in each situation: the specification of collections, as a table.

One invoice over USD 100, due on Monday, 2 March 2026, unless a row says something else; the client
is in New York, and it is mid-morning there. SERVICES is the policy that ships for services firms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from dunning.checking import shipped
from dunning.customer.account import Account, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from providers.ledger import Status
from tests.dunning.accounts import DUE, account, at, invoice, message, pays, promise

USUAL = DunningPolicy()
SERVICES, MSP = shipped.policy("services"), shipped.policy("msp")
WHOLESALE, CONSUMER = shipped.policy("wholesale"), shipped.policy("consumer")
TEXTING = DunningPolicy(
    steps=(
        Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY,
             channels=(Channel.EMAIL, Channel.TEXT)),
        Step(name="reminder", offset_days=10, tone=Tone.REMINDER,
             channels=(Channel.EMAIL, Channel.TEXT)),
        Step(name="direct", offset_days=20, tone=Tone.DIRECT,
             channels=(Channel.EMAIL, Channel.TEXT)),
    )
)  # fmt: skip
RELIABLE, CHRONIC, NEW = pays(1), pays(30), pays(paid=1, on_time_share=None, mean_days_late=None)
FRIENDLY = message("friendly", "2026-03-09", "INV-1")
DIRECT = message("direct", "2026-03-16", "INV-1")
DEMAND = message("demand letter", "2026-04-16", "INV-1", channel=Channel.LETTER)
BEFORE = message("friendly", "2026-03-05", "INV-1")


def on(days: int) -> str:
    """The day so many days after the due date."""
    return (DUE + timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Row:
    """`says` stands in the reason or the reasons, `covers` are the invoices that the step is for,
    `meanwhile` is the step that others take beside a question; all else is compared where given."""

    name: str
    who: Account
    day: str
    does: type = Send
    policy: DunningPolicy = SERVICES
    step: str = ""
    tone: Tone | None = None
    by: Channel = Channel.EMAIL
    purpose: Purpose = Purpose.REMIND
    total: str = ""
    matter: Matter | None = None
    says: str = ""
    covers: tuple[str, ...] = ()
    meanwhile: str = ""


def noted(sent: SentMessage) -> SentMessage:
    """As shadow noted it."""
    return replace(sent, noted_only=True, is_written=False, in_shadow=True)


def owes(*invoices: object, **changes: object) -> Account:
    return account(*(invoices or (invoice(),)), **{"standing": RELIABLE, **changes})


def send(name: str, who: Account, day: str, step: str, tone: Tone, **more: object) -> Row:
    return Row(name, who, day, Send, step=step, tone=tone, **more)


def wait(name: str, who: Account, day: str, says: str, **more: object) -> Row:
    return Row(name, who, day, Wait, says=says, **more)


def ask(name: str, who: Account, day: str, matter: Matter, says: str, **more: object) -> Row:
    return Row(name, who, day, Ask, matter=matter, says=says, **more)


BY_HISTORY = [
    wait("a reliable customer is not told beforehand", owes(), on(-5),
         "the next step, 'friendly' about INV-1, USD 100.00, is due on Mon 09 Mar 2026 at 09:00"),
    wait("a reliable customer has a week", owes(), on(4), "is due on Mon 09 Mar 2026 at 09:00"),
    send("a reliable customer, a week late", owes(), on(7), "friendly", Tone.FRIENDLY,
         says="payer reliable, customer since"),
    send("a reliable customer, two weeks late", owes(sent=(FRIENDLY,)), on(14), "direct",
         Tone.DIRECT),
    ask("three weeks late: a person calls", owes(sent=(FRIENDLY, DIRECT)), on(21), Matter.CALL,
        "a person calls about USD 100.00"),
    send("a customer who agreed to machine calls is called",
         owes(sent=(FRIENDLY, DIRECT), call_to="+12125550100"), on(21), "call",
         Tone.DIRECT, by=Channel.CALL),
    send("a chronic late payer is told beforehand", owes(standing=CHRONIC), on(-3), "upcoming",
         Tone.UPCOMING, says="segment chronic"),
    send("a chronic late payer is met on the first day", owes(standing=CHRONIC), on(1), "reminder",
         Tone.REMINDER),
    send("a chronic late payer is met firmly, even at first", owes(standing=CHRONIC), on(7),
         "direct", Tone.DIRECT),
    send("a new customer is told five days before", owes(standing=NEW), on(-5), "upcoming",
         Tone.UPCOMING, says="segment new"),
    send("a new customer, three days late", owes(standing=NEW), on(3), "friendly", Tone.FRIENDLY),
    wait("a broken promise makes nobody reliable",
         owes(standing=pays(1, promises_broken=1), promises=()), on(4), "09 Mar 2026"),
    ask("a small invoice of a large customer is a person's",
        owes(invoice("INV-1", "200"), standing=pays(1, worth="2000000")), on(7),
        Matter.PERSON_WRITES, "a strategic customer"),
    ask("a customer whom a person writes to",
        owes(), on(7), Matter.PERSON_WRITES, "the owner's brother",
        policy=SERVICES.model_validate({
            **shipped.body("services"),
            "customers": {"maple": {"with_a_person": "the owner's brother"}},
        })),
    ask("a key account is a person's in every policy", owes(), on(7), Matter.PERSON_WRITES,
        "key account", policy=MSP.model_copy(update={"with_a_person": "key account"})),
    send("an MSP's customer, a week late", owes(), on(7), "friendly", Tone.FRIENDLY, policy=MSP),
    send("wholesale: who broke two promises is met on the first day",
         owes(standing=pays(6, on_time_share=Decimal("0.6"), promises_broken=2)), on(1),
         "reminder", Tone.REMINDER, policy=WHOLESALE),
    send("a consumer is told beforehand", owes(), on(-3), "upcoming", Tone.UPCOMING,
         policy=CONSUMER),
    send("a consumer's first message is friendly, however late", owes(), on(30), "direct",
         Tone.FRIENDLY, policy=CONSUMER, says="softer than its step"),
]  # fmt: skip

BY_ACCOUNT = [
    wait("nothing is owed", account(standing=RELIABLE), on(7), "no invoice can be reminded of"),
    wait("no due date", owes(invoice(due=None)), on(7), "it has no due date"),
    wait("a draft", owes(invoice(status=Status.DRAFT)), on(7), "it is draft"),
    wait("voided", owes(invoice(status=Status.VOID)), on(7), "it is void"),
    wait("paid", owes(invoice(status=Status.PAID)), on(7), "it is paid"),
    wait("never sent, where it must be", owes(invoice(sent=False)), on(7), "was not sent",
         policy=DunningPolicy(require_sent=True)),
    wait("a person paused the invoice", owes(invoice(paused=True)), on(7), "a person paused it"),
    wait("a person paused the customer", owes(paused_reason="paused by Ann: on holiday"), on(7),
         "on holiday"),
    wait("the customer answered", owes(unread_reply=True), on(7), "a person reads it first"),
    wait("money came in and is not placed", owes(waiting_cash=True), on(7), "worked on first"),
    ask("credits cover what is due", owes(credits="100"), on(7), Matter.APPLY_CREDIT,
        "apply credit: USD 100.00"),
    send("credits cover a part", owes(credits="40"), on(7), "friendly", Tone.FRIENDLY,
         total="60", says="USD 40.00 at hand"),
    wait("all of it is disputed", owes(invoice(disputed="100", case="17")), on(7),
         "disputes it (case 17)"),
    send("a part is disputed", owes(invoice("INV-1", "1000", disputed="200", case="17")), on(7),
         "friendly", Tone.FRIENDLY, total="800"),
    ask("no final notice while something is disputed",
        owes(invoice(disputed="20", case="17"), sent=(FRIENDLY, DIRECT)), on(30), Matter.DISPUTED,
        "a dispute is open"),
    send("one disputed invoice does not silence another",
         owes(invoice(disputed="100"), invoice("INV-2")), on(7), "friendly", Tone.FRIENDLY,
         total="100", says="INV-1: the customer disputes it"),
    ask("nobody to write to", owes(emails=()), on(7), Matter.NO_ADDRESS, "no e-mail address"),
    ask("nobody to write to, and a dispute before the final notice",
        owes(invoice(disputed="20", case="17"), emails=(), sent=(FRIENDLY, DIRECT)), on(30),
        Matter.NO_ADDRESS, "a dispute is open"),
    ask("an address that is none", owes(emails=("by phone only",)), on(7), Matter.NO_ADDRESS,
        "no e-mail address"),
    ask("more than is asked for by itself", owes(invoice("INV-1", "60000")), on(3),
        Matter.ABOVE_LIMIT, "more than the 50000", policy=WHOLESALE),
    send("exactly what is asked for by itself", owes(invoice("INV-1", "50000")), on(3), "friendly",
         Tone.FRIENDLY, policy=WHOLESALE),
    wait("too little to write for", owes(invoice("INV-1", "20")), on(7), "below the 25",
         policy=MSP),
    wait("too little for this step", owes(invoice("INV-1", "20")), on(3), "'friendly' is taken for",
         policy=DunningPolicy(steps=(
             Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY, minimum={"USD": Decimal(50)}),
             Step(name="direct", offset_days=14, tone=Tone.DIRECT)))),
    send("the next step has no such limit", owes(invoice("INV-1", "20")), on(14), "direct",
         Tone.REMINDER,
         policy=DunningPolicy(steps=(
             Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY, minimum={"USD": Decimal(50)}),
             Step(name="direct", offset_days=14, tone=Tone.DIRECT)))),
    wait("nothing was booked for three weeks", owes(booked_until=date(2026, 2, 16)), on(7),
         "money may be at the bank and not booked"),
    send("something was booked last week", owes(booked_until=date(2026, 3, 4)), on(7), "friendly",
         Tone.FRIENDLY),
    send("it is not known when something was booked", owes(booked_until=None), on(7), "friendly",
         Tone.FRIENDLY),
]  # fmt: skip

BY_PROMISE = [
    wait("a promise is waited for", owes(promises=(promise("2026-03-12"),)), on(7),
         "USD 100.00 promised for 2026-03-12"),
    wait("so is its day of grace", owes(promises=(promise("2026-03-12"),)), on(11),
         "the next step, 'promise 2026-03-12' about INV-1, USD 100.00, is due on Mon 16 Mar"),
    send("a broken promise is spoken of", owes(promises=(promise("2026-03-11"),)), on(11),
         "promise 2026-03-11", Tone.REMINDER, purpose=Purpose.PROMISE_BROKEN),
    send("also soon after the last message, but not too soon",
         owes(promises=(promise("2026-03-11"),), sent=(FRIENDLY,)), on(14),
         "direct", Tone.DIRECT),
    send("the chronic hear of it directly",
         owes(promises=(promise("2026-03-11"),), standing=CHRONIC,
              sent=(message("reminder", "2026-03-03", "INV-1"),)), on(11),
         "promise 2026-03-11", Tone.DIRECT, purpose=Purpose.PROMISE_BROKEN),
    send("a promise whose money may be in is not spoken of",
         owes(promises=(replace(promise("2026-03-06", "40"), maybe_paid=True),)), on(7), "friendly",
         Tone.FRIENDLY),
    wait("but it is waited for", owes(promises=(replace(promise("2026-03-12"), maybe_paid=True),)),
         on(7), "USD 100.00 promised for 2026-03-12"),
    wait("a promise of less is a promise", owes(promises=(promise("2026-03-12", "40"),)), on(7),
         "USD 40.00 promised"),
    send("a promise about one invoice does not silence another",
         owes(invoice(), invoice("INV-2"), promises=(promise("2026-03-20"),)), on(7), "friendly",
         Tone.FRIENDLY, total="100", says="INV-1: USD 100.00 promised"),
    wait("the later of two promises counts",
         owes(promises=(promise("2026-03-05"), promise("2026-03-20"))), on(11), "for 2026-03-20"),
    wait("a promise for a day before the due date is none",
         owes(promises=(promise("2026-02-27"),)), on(4), "is due on Mon 09 Mar 2026"),
]  # fmt: skip

BY_MESSAGES = [
    wait("written to yesterday", owes(sent=(message("friendly", on(13), "INV-1"),)), on(14),
         "the next step, 'direct' about INV-1, USD 100.00, is due on Fri 20 Mar 2026"),
    wait("what comes next is a person's", owes(sent=(FRIENDLY, DIRECT)), on(16),
         "'call' about INV-1, USD 100.00, is put before a person on Mon 23 Mar 2026"),
    send("steps missed are not made up", owes(sent=(message("friendly", on(8), "INV-1"),)),
         on(30), "final", Tone.FINAL, says="missed: direct, call"),
    send("nobody's first message is a final one", owes(), on(30), "final", Tone.REMINDER,
         says="softer than its step: it is the first message"),
    ask("a demand letter is a person's", owes(sent=(FRIENDLY, DIRECT)), on(45), Matter.FORMAL,
        "a demand letter is a person's decision"),
    ask("a referral is a person's", owes(sent=(FRIENDLY, DEMAND)), on(77), Matter.FORMAL,
        "a referral is a person's decision"),
    ask("a referral does not come before the demand", owes(sent=(FRIENDLY, DIRECT)), on(77),
        Matter.FORMAL, "a demand letter is a person's decision"),
    ask("a referral waits for a demand that nobody posted",
        owes(sent=(FRIENDLY, replace(DEMAND, is_written=False))), on(77), Matter.UNPOSTED,
        "INV-1: 'referral' waits, because nobody has said that the letter 'demand letter' was"),
    ask("a referral after a demand that a person did not want",
        owes(sent=(FRIENDLY, replace(DEMAND, is_written=False, noted_only=True))), on(77),
        Matter.FORMAL, "decision; no demand letter was posted for INV-1, as a person wanted it"),
    wait("it is with an agency", owes(replace(invoice(), referred=True), sent=(FRIENDLY, DEMAND)),
         on(77), "INV-1: it is with an agency"),
    ask("no letter reaches the customer", owes(sent=(FRIENDLY, DIRECT), no_post="no address"),
        on(45), Matter.NO_ADDRESS, "no address; a demand letter is a person's decision"),
    ask("a credit hold is a person's",
        owes(standing=CHRONIC, sent=(message("final", on(20), "INV-1"),)), on(28), Matter.FORMAL,
        "a credit hold is a person's decision"),
    ask("nothing is left to do", owes(sent=(message("referral", on(75), "INV-1"),)), on(100),
        Matter.ENDED, "a person decides what comes next"),
    send("opened three times and not answered",
         owes(sent=(replace(FRIENDLY, opened=3),)), on(14), "direct", Tone.REMINDER,
         purpose=Purpose.UNCLEAR, says="opened 3 times"),
    send("opened once", owes(sent=(replace(FRIENDLY, opened=1),)), on(14), "direct", Tone.DIRECT),
    send("opening is not known", owes(sent=(FRIENDLY,)), on(14), "direct", Tone.DIRECT),
    send("began to pay and did not end it",
         owes(sent=(FRIENDLY,), payment_started_at=at("2026-03-12"),
              payment_started_for="id:INV-1"), on(14), "direct", Tone.REMINDER,
         purpose=Purpose.PAYMENT_STARTED, says="the pay page of invoice INV-1 was opened"),
    send("opened the pay page of another invoice, which is not asked for",
         owes(invoice(), invoice("INV-2", due=DUE + timedelta(days=40)), sent=(FRIENDLY,),
              payment_started_at=at("2026-03-12"), payment_started_for="id:INV-2"), on(14),
         "direct", Tone.DIRECT),
    send("began to pay before the last message",
         owes(sent=(FRIENDLY,), payment_started_at=at("2026-03-08"),
              payment_started_for="id:INV-1"), on(14), "direct", Tone.DIRECT),
    send("a call was one", owes(sent=(message("call", on(9), "INV-1", channel=Channel.CALL),)),
         on(30), "final", Tone.FINAL),
    send("two mails not opened, and text messages agreed to",
         owes(sent=(replace(BEFORE, opened=0), message("reminder", on(10), "INV-1", opened=0)),
              text_to="+12125550100"), on(21), "direct", Tone.DIRECT,
         by=Channel.TEXT, policy=TEXTING, says="were not opened"),
    send("two mails not opened, and nothing else agreed to",
         owes(sent=(replace(BEFORE, opened=0), message("reminder", on(10), "INV-1", opened=0))),
         on(21), "direct", Tone.DIRECT, policy=TEXTING),
    send("no mail address, but text messages agreed to",
         owes(emails=(), text_to="+12125550100"), on(3), "friendly", Tone.FRIENDLY,
         by=Channel.TEXT, policy=TEXTING, says="email does not reach"),
    send("text messages asked for, beside an address that is read",
         owes(text_to="+12125550100", prefers=Channel.TEXT), on(3), "friendly", Tone.FRIENDLY,
         by=Channel.TEXT, policy=TEXTING, says="asked for text"),
    send("text messages asked for, but not agreed to in the way that the law asks",
         owes(prefers=Channel.TEXT), on(3), "friendly", Tone.FRIENDLY, policy=TEXTING,
         says="text does not reach"),
    send("text messages asked for, where the policy writes e-mail alone",
         owes(text_to="+12125550100", prefers=Channel.TEXT), on(7), "friendly", Tone.FRIENDLY),
    send("a payment was returned: the sequence goes on where it was",
         owes(invoice(reopened=True), sent=(FRIENDLY,)), on(42), "direct", Tone.DIRECT,
         purpose=Purpose.RETURNED),
    send("a returned payment of who was never written to",
         owes(invoice(reopened=True)), on(42), "friendly", Tone.FRIENDLY, purpose=Purpose.RETURNED),
    send("three stages are one message in the firmest tone",
         owes(invoice(), invoice("INV-2", due=DUE + timedelta(days=7)),
              sent=(FRIENDLY,)), on(14), "direct", Tone.DIRECT, total="200"),
    send("a printed letter is a channel of its own",
         owes(sent=(message("direct", on(24), "INV-1"),)), on(38), "letter", Tone.DIRECT,
         by=Channel.LETTER, policy=CONSUMER),
]  # fmt: skip

ROWS = BY_HISTORY + BY_ACCOUNT + BY_PROMISE + BY_MESSAGES
