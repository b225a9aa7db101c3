"""The addresses that go into one message: pay pages, the customer's account page, the picture that
tells of opening, and the way to leave the list. What the client did not switch on is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from connector.config import Config
from connector.correspondence.tracking import Link, Purpose
from connector.outgoing.intents import Intent
from connector.vault import Vault
from dunning.customer.account import Account
from dunning.rules.policy import DunningPolicy

TOKEN_CHARACTERS = 40
"""160 bits of a keyed hash: nobody guesses one."""
PLACE = "message link"


def token_of(config: Config, *facts: str) -> str:
    """The same facts give the same token."""
    signed = Vault(config.keys).reference("\0".join(facts), place=PLACE)
    return signed[:TOKEN_CHARACTERS]


def account_page(base_url: str, link: Link) -> str:
    """Where a customer's link to its account page leads."""
    return f"{base_url}/account/{link.token}"


@dataclass(frozen=True, slots=True)
class _Mail:
    """What all links of one mail, or of one text message, share."""

    config: Config
    intent: Intent
    message_id: str
    customer_id: str
    recipient: str
    at: datetime

    def link(self, purpose: Purpose, *, target: str = "", invoice_id: str = "") -> Link:
        """The same one, however often the mail is tried."""
        facts = (
            str(self.intent.connection_id), self.message_id, self.recipient, purpose, invoice_id,
            target,
        )  # fmt: skip
        return Link(
            connection_id=self.intent.connection_id, token=token_of(self.config, *facts),
            message_id=self.message_id, intent_key=self.intent.key, customer_id=self.customer_id,
            recipient=self.recipient, purpose=purpose, target=target, invoice_id=invoice_id,
            at=self.at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailLinks:
    """`kept` are what must be stored before the mail goes out. `pay` are addresses by invoice id;
    `account` is empty where the portal is off, `pixel` where opens are not tracked, `leave` where
    nobody outside can reach us."""

    kept: tuple[Link, ...]
    pay: Mapping[str, str]
    account: str = ""
    pixel: str = ""
    leave: tuple[str, ...] = ()


def of(
    config: Config, intent: Intent, account: Account, rules: DunningPolicy, *, message_id: str,
    pay: Mapping[str, str], mailbox: str, at: datetime,
) -> MailLinks:  # fmt: skip
    """The links of one reminder to all addresses of an account; `mailbox` is where answers go.

    One mail to several people is one text: its links tell the message, and not who of them.
    """
    url = config.public_url
    if not url:
        return MailLinks((), pay)
    recipient = account.emails[0].lower() if len(account.emails) == 1 else ""
    mail = _Mail(config, intent, message_id, account.customer_id, recipient, at)
    leave = mail.link(Purpose.LEAVE)
    opens = [mail.link(Purpose.OPEN)] if rules.track_opens else []
    clicks = [
        mail.link(Purpose.PAY, target=target, invoice_id=invoice_id)
        for invoice_id, target in (pay.items() if rules.track_clicks else ())
    ]
    portal = [mail.link(Purpose.PORTAL)] if rules.portal else []
    return MailLinks(
        kept=(leave, *opens, *clicks, *portal),
        pay={**pay, **{link.invoice_id: f"{url}/t/{link.token}" for link in clicks}},
        account=account_page(url, portal[0]) if portal else "",
        pixel=f"{url}/t/{opens[0].token}.gif" if opens else "",
        leave=(
            f"{url}/leave/{leave.token}",
            f"mailto:{quote(mailbox, safe='@')}?subject=unsubscribe%20{leave.token}",
        ),
    )


def in_text(
    config: Config, intent: Intent, customer_id: str, rules: DunningPolicy, *, number: str,
    at: datetime,
) -> Link | None:  # fmt: skip
    """The link to the account page in a text message to a number, where there is such a page."""
    if not config.public_url or not rules.portal:
        return None
    text = _Mail(config, intent, f"text:{intent.key}", customer_id, number, at)
    return text.link(Purpose.PORTAL)


def with_pixel(html: str, url: str) -> str:
    """The mail with the picture as its last element."""
    if not url:
        return html
    picture = f'<img src="{url}" width="1" height="1" alt="" style="border:0" />'
    body, end, rest = html.rpartition("</body>")
    return f"{body}{picture}{end}{rest}" if end else f"{html}{picture}"
