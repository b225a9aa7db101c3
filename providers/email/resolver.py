"""DNS look-ups: the texts that stand at a name, all of them within a time that is set."""

from __future__ import annotations

import time
from datetime import timedelta

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

from providers.errors import TryLater

WAIT = timedelta(minutes=10)
ANSWER_SECONDS_MAX = 1.5
CHECK_SECONDS_MAX = 10.0
NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN)
NO_NAME = (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel)


class Resolver:
    """For one check: every look-up counts towards `seconds_max`, measured from the start.

    `server` is an IP address and a port; without one the system's own servers are asked.
    """

    def __init__(
        self, server: tuple[str, int] | None = None, *, seconds_max: float = CHECK_SECONDS_MAX
    ) -> None:
        self._server = server
        self._ends = time.monotonic() + seconds_max

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts at `name`; aliases are followed. Raises TryLater where no server answers."""
        seconds_left = max(0.0, self._ends - time.monotonic())
        try:
            answer = self._open().resolve(
                f"{name}.", "TXT", search=False, lifetime=seconds_left, raise_on_no_answer=True
            )
        except (*NOTHING, *NO_NAME):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            why = _why(error)
            raise TryLater(f"no answer from the DNS about {name}: {why}", wait=WAIT) from None
        return tuple(b"".join(text.strings).decode("utf-8", "replace") for text in answer)

    def _open(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        if self._server:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(*self._server)]
        resolver.timeout = ANSWER_SECONDS_MAX
        return resolver


def _why(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no server answered in time"
    if isinstance(error, dns.resolver.NoNameservers):
        return "its servers are in trouble"
    if isinstance(error, dns.resolver.NoResolverConfiguration):
        return "this machine knows no DNS server; set LEDGERHAND_DNS_SERVER"
    return str(error)
