"""Mail out by SMTP, at most once: after the last byte went out, only the server's word counts."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import localtime
from enum import StrEnum
from typing import Any

from providers.email.mime import Unsendable, address, mime
from providers.errors import OutcomeUnknown, Refused, TryLater
from providers.internet import OutOfReach
from providers.messages import Message

ANSWER_SECONDS_MAX = 30
WAIT = timedelta(minutes=5)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GO_AHEAD = 354
ACCEPTED, LATER, NEVER = range(200, 300), range(400, 500), range(500, 600)
SIGN_IN_FIRST = (530, 535, 538)
"""The server takes mail only from who signs in, or signs in otherwise (RFC 4954, 6)."""
LAST_WORDS_MAX = 300
PASSED_ON = (
    smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError, smtplib.SMTPServerDisconnected,
)  # fmt: skip
"""What a sign-in can end with, but for a server that knows no way of it in common with us."""
ENCRYPT = "Choose STARTTLS or TLS: many servers let people sign in only then."
OTHER_PORT = "Choose TLS with port 465, or ask who runs the server which port offers STARTTLS."
PUBLIC_NAME = "Write the name under which it is reached from the internet."
MEND_SIGN_IN = (
    "Check the user name and the password. Many services want a password made for programs,"
    " and that sign-in by SMTP is switched on for the mailbox."
)
CERTIFICATE = (
    "Write the name that stands in the certificate, or have the certificate renewed at the server."
)
ASK = "Ask who runs it whether this machine may send through it."


class Security(StrEnum):
    """How what is said is kept secret: `tls` from the first byte on (port 465), `starttls` before
    the sign-in (587), `none` not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Unusable(Refused):
    """The server takes nothing from us until people mend something, whatever the message is; it has
    nothing. `what` says what is wrong in words that stay the same from try to try, `said` what the
    server or the library said, and `mend` what to do."""

    def __init__(self, what: str, *, said: str = "", mend: str, code: str) -> None:
        super().__init__(f"{what}: {said}" if said else what, code=code)
        self.what = what
        self.said = said
        self.mend = mend


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """One mail server (a `messages.Channel`). `now` gives the Date, aware.

    An empty `username` means no sign-in. A password is sent over TLS, or to this machine, only.
    `trust` are the certificates to believe, by default those of the system; `dial` opens the
    connection to a (host, port).
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    security: Security = Security.STARTTLS
    now: Callable[[], datetime] = localtime
    trust: ssl.SSLContext | None = None
    answer_seconds_max: float = ANSWER_SECONDS_MAX
    dial: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection

    def send(self, message: Message) -> str:
        """Hand the message to the server for all recipients, or for none of them.

        Raises TryLater where the server has not taken it and may yet, Refused where it will not,
        Unusable where it takes nothing at all, and OutcomeUnknown where the connection broke after
        the text went out.
        """
        sender, recipients, content = self._content(message)
        server = self._open()
        try:
            self._envelope(server, sender, recipients)
            return self._data(server, content)
        finally:
            server.close()

    def greet(self) -> str:
        """Sign in and go: no mail is sent. Returns the server's last word. Raises TryLater and
        Unusable."""
        server = self._open()
        try:
            with _nothing_sent():
                code, said = server.noop()
                if code not in ACCEPTED:
                    raise _turned_down(code, said, about="the connection")
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
        return f"{code} {_shown(said)}"

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

    def _open(self) -> smtplib.SMTP:
        """Connected and signed in."""
        if self.username and self.security is Security.NONE and self.host not in LOOPBACK:
            raise Unusable("the password would travel in the clear", mend=ENCRYPT, code="tls")
        with _nothing_sent():
            server = _Client(self)
        try:
            self._sign_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        with _nothing_sent():
            server.ehlo_or_helo_if_needed()
            if self.security is Security.STARTTLS:
                if not server.has_extn("starttls"):
                    what = "the mail server offers no STARTTLS"
                    raise Unusable(what, mend=OTHER_PORT, code="tls")
                server.starttls(context=self.context)
                server.ehlo()
            if self.username:
                _log_in(server, self.username, self.password)

    @property
    def context(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()

    def _envelope(self, server: smtplib.SMTP, sender: str, recipients: list[str]) -> None:
        with _nothing_sent():
            code, said = server.mail(sender)
            if code in SIGN_IN_FIRST:
                raise _sign_in_refused(code, said)
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


class _Client(smtplib.SMTP):
    """A connection that is opened as its channel says."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        super().__init__(channel.host, channel.port, timeout=channel.answer_seconds_max)

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        opened = self._channel.dial((host, port), timeout)
        if self._channel.security is not Security.TLS:
            return opened
        return self._channel.context.wrap_socket(opened, server_hostname=host)


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    try:
        server.login(username, password)
    except PASSED_ON:
        raise
    except smtplib.SMTPException as error:
        what = "the mail server takes no sign-in with a user name and a password"
        raise Unusable(what, said=str(error), mend=MEND_SIGN_IN, code="extension") from None


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Failures before the text goes out: the server has nothing."""
    try:
        yield
    except OutOfReach as error:
        raise Unusable(str(error), mend=PUBLIC_NAME, code="reach") from None
    except smtplib.SMTPNotSupportedError as error:
        what = "the mail server cannot do this"
        raise Unusable(what, said=str(error), mend=ENCRYPT, code="extension") from None
    except smtplib.SMTPResponseException as error:
        raise _broken_off(error) from None
    except ssl.SSLCertVerificationError as error:
        what = "the mail server's certificate is not valid"
        raise Unusable(what, said=error.verify_message, mend=CERTIFICATE, code="tls") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(f"the mail server did not take the message: {error}", wait=WAIT) from None


def _broken_off(error: smtplib.SMTPResponseException) -> Refused | TryLater:
    code, said = error.smtp_code, error.smtp_error
    if code not in NEVER:
        return _turned_down(code, said, about="the connection")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _sign_in_refused(code, said)
    what = f"the mail server refuses to talk with us ({code})"
    return Unusable(what, said=_shown(said), mend=ASK, code=str(code))


def _sign_in_refused(code: int, said: bytes | str) -> Unusable:
    what = f"the mail server refused the sign-in ({code})"
    return Unusable(what, said=_shown(said), mend=MEND_SIGN_IN, code=str(code))


def _turned_down(code: int, said: bytes | str, *, about: str) -> Refused | TryLater:
    words = f"the mail server said {code} to {about}: {_shown(said)}"
    return Refused(words, code=str(code)) if code in NEVER else TryLater(words, wait=WAIT)


def _shown(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:LAST_WORDS_MAX]
