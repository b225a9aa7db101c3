"""A real SMTP server on loopback that answers as a test tells it to, and keeps what it took."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Post:
    """Answers by command; `drop` and `slow` tell what happens once the text has arrived."""

    mail: str = "250 OK"
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 Taken as 4711"
    drop: bool = False
    slow: bool = False
    arrived: list[Envelope] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail.startswith("250"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.arrived.append(envelope)
        if self.drop:
            server.transport.abort()
        if self.slow:
            await asyncio.sleep(1.5)
        if self.data.startswith("250"):
            self.taken.append(envelope)
        return self.data


@contextmanager
def listening(
    post: Post,
    *,
    tls: ssl.SSLContext | None = None,
    sign_in: bool = False,
    implicit: bool = False,
) -> Iterator[int]:
    """The port of a server that runs while the block does; with `implicit` it speaks TLS from the
    first byte."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = {"authenticator": _authenticate, "auth_require_tls": tls is not None} if sign_in else {}
    if implicit:
        more |= {"ssl_context": tls, "auth_require_tls": False}
    else:
        more["tls_context"] = tls
    controller = Controller(post, hostname="127.0.0.1", port=port, auth_required=sign_in, **more)
    with warnings.catch_warnings():
        # aiosmtpd does not count TLS from the first byte, and loopback, as safe.
        warnings.filterwarnings("ignore", message="Requiring AUTH")
        controller.start()
        try:
            yield port
        finally:
            controller.stop()


@contextmanager
def saying(lines: list[str], *, greeting: str = "220 here") -> Iterator[int]:
    """The port of a server that says `lines` one by one, whatever it hears, and then goes."""

    def talk() -> None:
        caller, _ = listener.accept()
        with caller, caller.makefile("rb") as heard:
            caller.sendall(f"{greeting}\r\n".encode())
            text = False
            for line in lines:
                while text and heard.readline() != b".\r\n":
                    pass
                if not text:
                    heard.readline()
                text = line.startswith("354")
                caller.sendall(f"{line}\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: LoginPassword
) -> AuthResult:
    known = auth_data == LoginPassword(b"clerk", b"right")
    return AuthResult(success=known, handled=False)


def certificate(directory: object) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server with a certificate of its own, and of a client that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = directory / "mail.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
