"""Mail out by SMTP, at most once: after the last byte went out, only the server's word counts."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import localtime

from providers.email.mime import Unsendable, address, mime
from providers.errors import OutcomeUnknown, Refused, TryLater
from providers.messages import Message

ANSWER_SECONDS_MAX = 30
WAIT = timedelta(minutes=5)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GO_AHEAD = 354
ACCEPTED, LATER, NEVER = range(200, 300), range(400, 500), range(500, 600)
LAST_WORDS_MAX = 300


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """One mail server (a `messages.Channel`). `now` gives the Date, aware.

    An empty `username` means no sign-in. A password is sent over TLS, or to this machine, only.
    `trust` are the certificates to believe, by default those of the system.
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    now: Callable[[], datetime] = localtime
    trust: ssl.SSLContext | None = None
    answer_seconds_max: float = ANSWER_SECONDS_MAX

    def send(self, message: Message) -> str:
        """Hand the message to the server for all recipients, or for none of them.

        Raises TryLater where the server has not taken it and may yet, Refused where it will not,
        and OutcomeUnknown where the connection broke after the text went out.
        """
        if self.username and not self.starttls and self.host not in LOOPBACK:
            raise Refused("the password would travel in the clear; switch STARTTLS on", code="tls")
        sender, recipients, content = self._content(message)
        server = self._connect()
        try:
            self._sign_in(server)
            self._envelope(server, sender, recipients)
            return self._data(server, content)
        finally:
            server.close()

    def _content(self, message: Message) -> tuple[str, list[str], bytes]:
        try:
            sender = address(message.sender, name=message.sender_name)
            recipients = tuple(address(recipient) for recipient in message.recipients)
            mail = mime(
                message_id=message.message_id,
                sender=sender,
                reply_to=address(message.reply_to) if message.reply_to else None,
                recipients=recipients,
                subject=message.subject,
                text=message.text,
                html=message.html,
                date=self.now(),
                unsubscribe=message.unsubscribe,
            )
        except Unsendable as error:
            raise Refused(str(error), code="message") from None
        addresses = [recipient.addr_spec for recipient in recipients]
        return sender.addr_spec, addresses, mail.as_bytes()

    def _connect(self) -> smtplib.SMTP:
        with _nothing_sent():
            return smtplib.SMTP(self.host, self.port, timeout=self.answer_seconds_max)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        with _nothing_sent():
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                if not server.has_extn("starttls"):
                    raise Refused("the mail server offers no STARTTLS", code="tls")
                server.starttls(context=self.trust or ssl.create_default_context())
                server.ehlo()
            if self.username:
                server.login(self.username, self.password)

    def _envelope(self, server: smtplib.SMTP, sender: str, recipients: list[str]) -> None:
        with _nothing_sent():
            code, said = server.mail(sender)
            if code not in ACCEPTED:
                raise _turned_down(code, said, about="the sender")
            for recipient in recipients:
                code, said = server.rcpt(recipient)
                if code not in ACCEPTED:
                    raise _turned_down(code, said, about=recipient)

    def _data(self, server: smtplib.SMTP, content: bytes) -> str:
        with _nothing_sent():
            code, said = server.docmd("DATA")
            if code != GO_AHEAD:
                raise _turned_down(code, said, about="the message")
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", content))
            server.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
            code, said = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(f"the connection broke after the text went out: {error}") from None
        if code in LATER or code in NEVER:
            raise _turned_down(code, said, about="the message")
        if code not in ACCEPTED:
            raise OutcomeUnknown(f"the mail server's answer says nothing: {code} {_shown(said)}")
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        return f"{code} {_shown(said)}"


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Failures before the text goes out: the server has nothing."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"the mail server cannot do this: {error}", code="extension") from None
    except smtplib.SMTPResponseException as error:
        raise _turned_down(error.smtp_code, error.smtp_error, about="the connection") from None
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"the mail server's certificate is not valid: {error}", code="tls") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(f"the mail server did not take the message: {error}", wait=WAIT) from None


def _turned_down(code: int, said: bytes | str, *, about: str) -> Refused | TryLater:
    words = f"the mail server said {code} to {about}: {_shown(said)}"
    return Refused(words, code=str(code)) if code in NEVER else TryLater(words, wait=WAIT)


def _shown(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:LAST_WORDS_MAX]
