"""A message as the bytes that travel: RFC 5322, text and HTML side by side."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy

ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*",
    re.ASCII | re.IGNORECASE,
)
URI = re.compile(r"(?:https|mailto):[!-;=?-~]{1,900}")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")


class Unsendable(ValueError):
    """The message cannot become an e-mail; the text says which field and why."""


class _Uris(UnstructuredHeader, BaseHeader):
    """Addresses in angle brackets, each on a line of its own and never encoded (RFC 2369, 2)."""

    def fold(self, *, policy: Policy) -> str:
        lines = f",{policy.linesep} ".join(str(self).split(", "))
        return f"{self.name}: {lines}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Uris)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def address(text: str, *, name: str = "") -> Address:
    """One mailbox and never two: a comma, a blank or a line break is refused (Unsendable)."""
    if not ADDRESS.fullmatch(text):
        raise Unsendable(f"{text!r} is not one plain e-mail address, such as name@example.com")
    return Address(display_name=_one_line(name), addr_spec=text)


def mime(
    *,
    message_id: str,
    sender: Address,
    reply_to: Address | None,
    recipients: tuple[Address, ...],
    subject: str,
    text: str,
    html: str,
    date: datetime,
    unsubscribe: tuple[str, ...] = (),
) -> EmailMessage:
    """The e-mail. It says of itself that a machine wrote it (RFC 3834), so that machines do not
    answer. `date` is aware. Raises Unsendable."""
    if not MESSAGE_ID.fullmatch(message_id):
        raise Unsendable(f"{message_id!r} is no message id, such as <1@example.com>")
    if not recipients:
        raise Unsendable("the message has no recipient")
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = message_id
    mail["Date"] = date
    mail["From"] = sender
    if reply_to is not None:
        mail["Reply-To"] = reply_to
    mail["To"] = recipients
    mail["Subject"] = _one_line(subject)
    mail["Auto-Submitted"] = "auto-generated"
    _offer_to_leave(mail, unsubscribe)
    mail.set_content(text, cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def _offer_to_leave(mail: EmailMessage, uris: tuple[str, ...]) -> None:
    if not all(URI.fullmatch(uri) for uri in uris):
        raise Unsendable(f"{uris} are not plain https and mailto addresses")
    if uris:
        mail["List-Unsubscribe"] = ", ".join(f"<{uri}>" for uri in uris)
    if uris and uris[0].startswith("https:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
