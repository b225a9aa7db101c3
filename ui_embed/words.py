"""The sentences that pages say about states, modes, permissions and events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.audit import Entry
from connector.clients.tenants import State
from connector.learning.learned import State as Learned
from connector.rules.modes import Capability, Mode
from dunning.answers.suggesting import Meaning
from matching.deduction.claims import Finding
from providers.email.smtp import Security
from providers.money import Money

MINUTE, HOUR, DAY = 60, 3600, 86_400
OVER = 0.99
STATES: Mapping[State, str] = {
    State.IMPORTING: "Importing",
    State.LIVE: "Connected",
    State.RECONNECT: "Needs to be reconnected",
    State.DISCONNECTED: "Not connected",
}
MEANINGS: Mapping[Meaning, str] = {
    Meaning.PROMISE: "A promise to pay",
    Meaning.PLAN: "Wants to pay later or in parts",
    Meaning.PAID: "Says that it has paid",
    Meaning.DISPUTE: "Says that something is wrong",
    Meaning.COPY: "Wants a document",
    Meaning.QUESTION: "Asks something",
    Meaning.COMPLAINT: "Complains",
    Meaning.LEGAL: "Speaks of a lawyer, a court or insolvency",
}
LEARNED: Mapping[Learned, tuple[str, str]] = {
    Learned.PROPOSED: ("Waits for you", "importing"),
    Learned.USED: ("Used", "live"),
    Learned.REVOKED: ("Not used", "disconnected"),
}
"""What was learned: is it used, and in which colour that is said."""
BANK_LINES: Mapping[str, str] = {
    "xero": "Xero lets no app read the lines of its bank feed, or reconcile them. Import the bank's"
    " own file instead; what was applied here, Xero offers to you as the match of its bank line."
}
"""By ledger, what cannot be done about bank lines over its API."""
COLUMNS: Mapping[str, str] = {
    "date": "booking date",
    "amount": "amount",
    "credit": "credit (money in)",
    "debit": "debit (money out)",
    "direction": "word for in or out",
    "balance": "balance after the line",
    "currency": "currency",
    "payer": "payer's name",
    "payer_account": "payer's account",
    "reference": "text or reference",
    "note": "note that may change later",
    "bank_id": "bank's id of the line",
    "account": "our own account",
    "value_date": "value date",
    "original_amount": "amount in another currency",
    "original_currency": "the other currency",
    "status": "booked or pending",
    "fee": "fee",
}
"""What a column of a bank's CSV may be."""
EVIDENCE: Mapping[str, str] = {
    "text": "Text", "sum": "Sum", "name": "Payer", "habit": "Before",
}  # fmt: skip
"""What speaks for a match of money, under its name."""
PROCESSORS: Mapping[str, str] = {"stripe": "Stripe", "paypal": "PayPal"}
SECURITIES: Mapping[Security, str] = {
    Security.STARTTLS: "STARTTLS (usual at port 587)",
    Security.TLS: "TLS from the first byte (port 465)",
    Security.NONE: "None (this machine only)",
}
CAPABILITIES: Mapping[Capability, tuple[str, str]] = {
    Capability.CASH: (
        "Apply cash",
        "Match money that came in to open invoices and apply it in the ledger.",
    ),
    Capability.REMIND: (
        "Remind customers",
        "Write to customers whose invoices are due, following the steps of the policy.",
    ),
    Capability.NOTE: (
        "Write notes",
        "Leave a note in the ledger about each thing that was done, for the accountant to read.",
    ),
    Capability.TEXT: (
        "Send text messages",
        "Remind customers by text message, where the policy says so and they have agreed to it.",
    ),
    Capability.CALL: (
        "Call by machine",
        "Let a machine call customers, where the policy says so and they have agreed to it.",
    ),
}
MODES: Mapping[Mode, tuple[str, str]] = {
    Mode.OFF: ("Off", "Nothing is decided and nothing is done."),
    Mode.SHADOW: ("Shadow", "Decides and writes it down here. Nothing else happens."),
    Mode.COPILOT: ("Copilot", "Decides, then asks you. Nothing happens until you approve."),
    Mode.AUTOPILOT: ("Autopilot", "Acts by itself inside the policy, and asks you about the rest."),
}
_SIGN_IN = {
    "openid": "To know who you are when you sign in.",
    "profile": "To show your name.",
    "email": "To show which address you signed in with.",
}
SCOPES: Mapping[str, Mapping[str, str]] = {
    "quickbooks": {
        "com.intuit.quickbooks.accounting": (
            "To read customers, invoices, payments and credits, to apply payments to invoices, to"
            " write notes, and to raise charges and book credits that you approve. QuickBooks"
            " Online offers no narrower permission for these."
        ),
        **_SIGN_IN,
    },
    "xero": {
        "accounting.invoices": (
            "To read invoices and credit notes, to write history notes, and to raise charges and"
            " book credits that you approve."
        ),
        "accounting.payments": "To apply payments, overpayments and prepayments to invoices.",
        "accounting.banktransactions": "To read money received that is not on an invoice yet.",
        "accounting.contacts": "To read customers and their addresses, and to write notes on them.",
        "accounting.settings.read": "To read accounts, currencies, the time zone and lock dates.",
        "accounting.reports.aged.read": "To check every night that our figures are Xero's figures.",
        "accounting.attachments.read": (
            "To see which files, such as proofs of delivery, are attached to a disputed invoice."
        ),
        "offline_access": "To keep working while nobody is signed in.",
        **_SIGN_IN,
    },
}
FINDINGS: Mapping[Finding, tuple[str, str]] = {
    Finding.ACCEPTED: ("Agreed", "live"),
    Finding.FOUND: ("Found", "live"),
    Finding.LATE: ("Too late", "reconnect"),
    Finding.CONTRADICTS: ("Contradicts", "reconnect"),
    Finding.NOT_FOUND: ("Not found", "importing"),
    Finding.NOT_AVAILABLE: ("Not available", "importing"),
}
"""The word for what a check found, and how it looks."""
SIGN_IN: Mapping[str, str] = {"quickbooks": "Intuit", "xero": "Xero"}
"""Whose account a person signs in with, as each vendor wants it named."""
EVENTS: Mapping[str, str] = {
    "connection.connected": "Connected the company",
    "connection.ended": "Ended the connection",
    "people.joined": "A colleague may look into this client",
    "people.linked": "Somebody has another way to sign in",
    "people.left": "Somebody may no longer look into this client",
    "connection.lost": "Lost the connection to the ledger",
    "mirror.imported": "Completed the first import",
    "customer.merged": "Followed two customers that were merged into one",
    "mirror.compared": "Compared all balances with the ledger's own report",
    "mirror.not_compared": "Could not compare the balances with the ledger's own report",
    "mode.switched": "Changed what Ledgerhand may do",
    "policy.saved": "Saved a new policy",
    "key_account.named": "Left a customer to people alone",
    "key_account.ended": "Let Ledgerhand write to a customer again",
    "paused": "Paused",
    "resumed": "Resumed",
    "reply.received": "A customer answered",
    "reply.read": "Read what a customer answered",
    "reply.not_suggested": "A language model did not answer",
    "reply.suggested": "Suggested what an answer may mean",
    "consent.given": "A customer agreed to be reached this way",
    "consent.revoked": "A customer does not want to be reached this way",
    "call.heard": "A customer answered a call",
    "call.ended": "A call ended",
    "text.failed": "A text message did not arrive",
    "charge.drafted": "Asked for an invoice over interest",
    "charge.approved": "Approved an invoice for being late",
    "charge.waived": "Waived a charge for being late",
    "charge.lapsed": "Let a charge lapse, because its invoices changed",
    "charge.undo asked": "Asked to void an invoice for being late",
    "credit.approved": "Approved a credit for what is in question",
    "credit.booked": "Booked a credit for what was in question",
    "credit.undone": "Took a credit back",
    "books.confirmed": "Said that the books are up to date",
    "approval.rejected": "Decided to leave it as it is",
    "cash.approved": "Approved applying money",
    "cash.split": "Split money by hand",
    "cash.set_aside": "Set money aside",
    "cash.brought_back": "Brought back money that was set aside",
    "bank_return.kept": "The bank took a credit back",
    "bank_return.suspected": "A debit looks as if the bank took a credit back",
    "bank_return.agreed": "Agreed which receipt the bank took back",
    "difference.approved": "Agreed to undo what was booked with a payment that is gone",
    "difference.gone": "Somebody took out what was booked with a payment",
    "remind.approved": "Approved a reminder",
    "remind.edited": "Put a letter into other words",
    "cash.decided": "Decided about money that came in",
    "remind.decided": "Decided about a reminder",
    "deduction.opened": "Opened a deduction case",
    "deduction.checked": "Looked into a deduction",
    "deduction.booked": "Booked a deduction",
    "deduction.closed": "Closed a deduction case",
    "deduction.reopened": "Opened a deduction case again",
    "deduction.withdrawn": "Withdrew a deduction case",
    "dispute.opened": "Opened a dispute",
    "dispute.accepted": "Accepted a dispute",
    "dispute.reopened": "Opened a dispute again",
    "dispute.rejected": "Rejected a dispute",
    "dispute.withdrawn": "Withdrew a dispute",
    "promise.made": "A promise to pay was made",
    "promise.kept": "A promise to pay was kept",
    "promise.broken": "A promise to pay was broken",
    "promise.returned": "The payment of a kept promise was taken back",
    "promise.cancelled": "A promise to pay was cancelled",
    "portal.link_made": "Made a link to a customer's account page",
    "portal.revoked": "Ended all links to a customer's account page",
    "prices.imported": "Imported a price list",
    "notice.sent": "Told the firm by mail",
    "thank_you.decided": "Decided to thank a customer",
    "thanks.approved": "Approved a thank-you",
    "mail_server.set": "Set the client's own mail server",
    "mail_server.forgotten": "Went back to the installation's mail server",
    "hook.added": "Named a system that is told of changes",
    "hook.dropped": "Dropped a system that was told of changes",
    "hook.gone": "A system said that it is gone",
    "hook.told again": "Asked for what did not get through to be told again",
    "hook.secret renewed": "Made a new secret for a system",
    "print_letter.queued": "Made a letter to be printed",
    "print_letter.sent": "Confirmed that a letter was posted",
    "print_letter.dropped": "Decided not to post a letter",
}
ACTS: Mapping[str, str] = {
    "apply_unapplied": "Applying money",
    "record_payment": "Entering a payment",
    "credit_difference": "Booking a credit",
    "raise_charge": "Raising an invoice for being late",
    "void_charge": "Voiding an invoice for being late",
    "add_note": "Writing a note",
    "send_reminder": "Sending a message",
    "send_text": "Sending a text message",
    "place_call": "Placing a call",
    "text_pay_links": "Texting the pay page",
    "print_letter": "A letter on paper",
    "send_thanks": "Thanking a customer",
    "send_notice": "Telling the firm",
    "send_hook": "Telling a system of the client's",
}
"""What goes out to a ledger or a customer; the rest of the event's name is what became of it."""


def sure(share: float | None) -> str:
    """How likely something is, from 0 to 1, as a person says it; empty where nobody counted."""
    if share is None:
        return ""
    percent = int(share * 100)
    if percent < 1:
        return "less than 1 % sure"
    return "over 99 % sure" if share > OVER else f"{percent} % sure"


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: "2 minutes ago"."""
    seconds = int((now - value).total_seconds())
    if seconds < MINUTE:
        return "just now"
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count = seconds // size
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    raise AssertionError("a minute or more has a unit")


def moment(value: datetime, zone: str = "UTC") -> str:
    """A moment in the client's own time zone, named."""
    return f"{value.astimezone(ZoneInfo(zone)):%d %b %Y, %H:%M %Z}"


def event(entry: Entry) -> str:
    """What an entry of the audit trail says, in words."""
    if entry.event in EVENTS:
        return EVENTS[entry.event]
    what, _, became = entry.event.partition(".")
    return f"{ACTS.get(what, capital(what.replace('_', ' ')))}: {became or 'done'}"


def subject(text: str) -> str:
    """What something is about: "payment:2" is payment 2."""
    return text.replace("_", " ").replace(":", " ").replace("/", ", ")


def amount(money: Money) -> str:
    """An amount without its currency, for a column that names it."""
    return f"{money.amount:,}"


def capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return capital(text) if text.endswith((".", "!", "?")) else f"{capital(text)}."
