"""A real DNS server on loopback, over UDP and TCP, that knows the texts a test gives it."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.providers.email.keys import KEY

UDP_BYTES_MAX = 512


@dataclass
class Zone:
    """`texts` are the TXT records by name, `aliases` lead from one name to another. What is in
    `failing` is answered with trouble, what is in `silent` not at all; `down` is all of it."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def server(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes, bytes_max: int) -> bytes | None:
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if self.down or name in self.silent:
            return None
        reply = dns.message.make_response(question)
        if name in self.failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._fill(reply, name)
        try:
            return reply.to_wire(max_size=bytes_max)
        except dns.exception.TooBig:
            cut = dns.message.make_response(question)
            cut.flags |= dns.flags.TC
            return cut.to_wire()

    def _fill(self, reply: dns.message.Message, name: str) -> None:
        while name in self.aliases:
            target = self.aliases[name]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
            name = target
        if self.texts.get(name):
            quoted = [_quoted(text) for text in self.texts[name]]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *quoted))
        elif not any(f".{known}".endswith(f".{name}") for known in self.texts):
            reply.set_rcode(dns.rcode.NXDOMAIN)


def _quoted(text: str) -> str:
    """A text of any length in pieces of 255 characters, as zone files write it."""
    pieces = [text[n : n + 255] for n in range(0, len(text), 255)] or [""]
    return " ".join('"' + piece.replace('"', '\\"') + '"' for piece in pieces)


@contextmanager
def serving(**texts: list[str]) -> Iterator[Zone]:
    """A zone that is served while the block runs."""
    zone = Zone(texts=dict(texts))

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            said = zone.answer(wire, UDP_BYTES_MAX)
            if said is not None:
                socket.sendto(said, self.client_address)

    class Stream(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.request.recv(2))
            said = zone.answer(self.request.recv(length), 65_535)
            if said is not None:
                self.request.sendall(struct.pack("!H", len(said)) + said)

    with _both(Datagram, Stream) as zone.port:
        yield zone


@contextmanager
def _both(
    datagram: type[socketserver.BaseRequestHandler], stream: type[socketserver.BaseRequestHandler]
) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), stream) as tcp:
        port = tcp.server_address[1]
        with socketserver.ThreadingUDPServer(("127.0.0.1", port), datagram) as udp:
            threads = [threading.Thread(target=s.serve_forever, args=(0.02,)) for s in (tcp, udp)]
            for thread in threads:
                thread.start()
            try:
                yield port
            finally:
                for server, thread in zip((tcp, udp), threads, strict=True):
                    server.shutdown()
                    thread.join()


def sound(
    domain: str, *, include: str = "spf.post.test", selector: str = "lh"
) -> dict[str, list[str]]:
    """The records of a domain whose messages pass everything."""
    return {
        domain: ["site-verification=1", f"v=spf1 include:{include} ~all"],
        include: ["v=spf1 ip4:203.0.113.0/24 -all"],
        f"{selector}._domainkey.{domain}": [f"v=DKIM1; k=rsa; p={KEY}"],
        f"_dmarc.{domain}": ["v=DMARC1; p=quarantine; rua=mailto:d@firm-example.net"],
    }
