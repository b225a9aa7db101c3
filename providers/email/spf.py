"""SPF (RFC 7208): whether a domain's record is sound, and lets the mail server send for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from providers.email.findings import Finding, Resolve, State

LOOKUPS_MAX = 10
"""Receivers give up on a record that needs more (RFC 7208, 4.6.4)."""

_MECHANISM = re.compile(
    r"([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s/]+))?((?:/\d{1,3})?(?://\d{1,3})?)",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(\S*)", re.IGNORECASE)
_NAMING = {"include", "exists"}
_ADDRESSES = {"ip4": 4, "ip6": 6}
_LOOKED_UP = {"include", "a", "mx", "ptr", "exists"}


class _Broken(Exception):
    """The record cannot be used by receivers; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class _Term:
    """One mechanism; the modifier `redirect` stands here under its own name."""

    name: str
    permits: bool
    value: str
    network: IPv4Network | IPv6Network | None = None


def judge(domain: str, *, include: str, resolve: Resolve, told_in: str) -> Finding:
    """`include` is what the mail server is known by: the name that its operator wants included,
    or an IP address; empty where that is not known, and `told_in` is where people can tell it.
    Raises TryLater."""
    try:
        record = _record(domain, resolve)
        if record is None:
            mend = f"Add a TXT record at {domain} with `v=spf1 {term_for(include)} ~all`."
            return Finding(State.MISSING, f"{domain} has no SPF record. {mend}")
        reading = _Reading(include.lower(), resolve)
        reading.read(domain, record)
    except _Broken as broken:
        return Finding(State.WRONG, str(broken))
    if include and not reading.found:
        mend = f"Put `{term_for(include)}` into it, in front of `all`."
        return Finding(State.WRONG, f"The SPF record does not name the mail server. {mend}")
    if not include:
        known = f"whether it names the mail server is not known ({told_in})"
        return Finding(State.PASS, f"The SPF record is sound; {known}.")
    return Finding(State.PASS, f"The SPF record lets {include} send for {domain}.")


def term_for(include: str) -> str:
    """What permits the mail server inside a record."""
    if not include:
        return "(what your mail service names)"
    address = _address(include)
    return f"ip{address.version}:{address}" if address else f"include:{include}"


class _Reading:
    """One reading of a record and of all that it includes."""

    def __init__(self, include: str, resolve: Resolve) -> None:
        self.found = False
        self._resolve = resolve
        self._include = include
        self._lookups = 0
        self._address = _address(include)

    def read(self, domain: str, record: str, *, permits: bool = True) -> None:
        terms = _terms(domain, record)
        for term in terms:
            if term.name == "all":
                if term.permits:
                    raise _Broken(
                        f"The SPF record of {domain} lets everybody send in its name."
                        " Write `~all` or `-all` in place of `+all`."
                    )
                return
            self._take(domain, term, permits=permits and term.permits)

    def _take(self, domain: str, term: _Term, *, permits: bool) -> None:
        if permits and self._is_ours(term):
            self.found = True
        if term.name in _LOOKED_UP or term.name == "redirect":
            self._lookups += 1
            if self._lookups > LOOKUPS_MAX:
                raise _Broken(
                    f"The SPF record needs more than {LOOKUPS_MAX} look-ups, and receivers then"
                    " count none of it. Take out what is not used any more."
                )
        if term.name not in ("include", "redirect") or "%" in term.value:
            return
        record = _record(term.value, self._resolve)
        if record is None:
            raise _Broken(
                f"The SPF record of {domain} names {term.value}, which has none, and receivers"
                " then count none of it. Take it out or correct it."
            )
        self.read(term.value, record, permits=permits)

    def _is_ours(self, term: _Term) -> bool:
        if self._address is not None:
            return term.network is not None and self._address in term.network
        return term.name in ("include", "redirect", "a") and term.value == self._include


def is_address(text: str) -> bool:
    return _address(text) is not None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _record(domain: str, resolve: Resolve) -> str | None:
    found = [text for text in resolve(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        raise _Broken(
            f"{domain} has {len(found)} SPF records, and receivers then count none of them."
            " Keep one TXT record that holds all that is needed."
        )
    return found[0] if found else None


def _terms(domain: str, record: str) -> Sequence[_Term]:
    """In the order in which they count: a redirect comes last, wherever it stands."""
    terms, last = [], []
    for text in record.split()[1:]:
        modifier = _MODIFIER.fullmatch(text)
        if modifier and modifier[1].lower() == "redirect":
            last.append(_Term("redirect", permits=True, value=modifier[2].lower().rstrip(".")))
        elif not modifier:
            term = _mechanism(text)
            if term is None:
                raise _Broken(
                    f"The SPF record of {domain} has the part `{text}`, which receivers cannot"
                    " read, and they then count none of it. Correct it."
                )
            terms.append(term)
    return terms + last


def _mechanism(text: str) -> _Term | None:
    match = _MECHANISM.fullmatch(text)
    if not match:
        return None
    sign, name, value, length = match[1], match[2].lower(), match[3] or "", match[4]
    if (name in _NAMING and not value) or (name == "all" and value):
        return None
    if length and name in (*_NAMING, "all", "ptr"):
        return None
    network = None
    if version := _ADDRESSES.get(name):
        try:
            network = ip_network(value + length, strict=False)
        except ValueError:
            return None
        if network.version != version:
            return None
    return _Term(name, sign in ("", "+"), value.lower().rstrip("."), network)
