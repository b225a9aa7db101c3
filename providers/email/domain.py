"""Whether a domain's DNS lets receivers see that our messages really come from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from providers.email import dkim, dmarc, spf
from providers.email.findings import Finding, Resolve

PROOFS_AT = "_ledgerhand"
FORM = "the form of the mail server"
_DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)
_RESERVED_ENDS = ("localhost", "test", "invalid", "example", "local", "internal")
_RESERVED = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class DomainState:
    """`aligned` says that DMARC will pass at receivers. `proofs` are the texts by which the domain
    names the clients of ours who may send for it."""

    domain: str
    spf: Finding
    dkim: Finding
    dmarc: Finding
    aligned: bool
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record to enter at the DNS host; `note` says where it needs care."""

    name: str
    kind: str
    value: str
    note: str


def check(
    domain: str, *, selector: str, include: str = "", is_clients: bool = False, resolve: Resolve
) -> DomainState:
    """Look all records up. `selector` names the DKIM key, `include` what SPF must permit.

    The envelope's sender and From are one address, so SPF counts for exactly this domain; DKIM
    counts from a parent too, unless the policy says otherwise (RFC 7489, 3.1). A sound SPF record
    proves nothing as long as it is not known by what name it permits the mail server; but where the
    server is the client's own (`is_clients`) and neither is known, it is taken for enough: that
    server sends for the domain as it is, and who signs in there may write from it.
    Raises TryLater where the DNS server gives no answer: nothing is known then.
    """
    policy = dmarc.judge(domain, resolve=resolve)
    by_spf = spf.judge(
        domain, include=include, resolve=resolve,
        told_in=FORM if is_clients else "LEDGERHAND_MAIL_SPF_INCLUDE",
    )  # fmt: skip
    by_dkim = dkim.judge(
        policy.places, selector=selector, resolve=resolve,
        told_in=FORM if is_clients else "LEDGERHAND_MAIL_DKIM_SELECTOR",
    )  # fmt: skip
    counts = include != "" or (is_clients and not selector)
    is_ours = by_dkim.passes or (by_spf.passes and counts)
    return DomainState(
        domain=domain, spf=by_spf, dkim=by_dkim, dmarc=policy.finding,
        aligned=policy.finding.passes and is_ours, proofs=resolve(f"{PROOFS_AT}.{domain}"),
    )  # fmt: skip


def domain_of(address: str) -> str:
    """The domain of an e-mail address, or of a name that is one, in its usual form."""
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def is_domain(name: str) -> bool:
    """Whether it can be a domain at all, in ASCII (names in other scripts as `xn--`)."""
    return _DOMAIN.fullmatch(name) is not None


def is_never_public(domain: str) -> bool:
    """Names that nobody can own on the internet (RFC 2606, 6761, 6762); no mail is from there."""
    if "." not in domain:
        return True
    return domain.endswith(tuple(f".{end}" for end in _RESERVED_ENDS)) or any(
        domain == name or domain.endswith(f".{name}") for name in _RESERVED
    )


def entries(domain: str, *, selector: str, include: str, proof: str) -> tuple[Entry, ...]:
    """What to enter at the DNS host, whatever stands there now; without `proof` none is asked."""
    permit = spf.term_for(include)
    asked = [
        Entry(
            domain, "TXT", f"v=spf1 {permit} ~all",
            f"A domain has one SPF record: if there is one, put {permit} into it.",
        ),
        Entry(
            f"{selector or '(selector)'}._domainkey.{domain}", "TXT or CNAME",
            "(as your mail service shows it)", "The key that your messages are signed with.",
        ),
        Entry(
            f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none",
            "If there is a policy already, leave it as it is.",
        ),
    ]  # fmt: skip
    if proof:
        note = "Says that this client of ours may send for the domain."
        asked.append(Entry(f"{PROOFS_AT}.{domain}", "TXT", proof, note))
    return tuple(asked)
