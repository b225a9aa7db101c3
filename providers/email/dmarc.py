"""DMARC (RFC 7489, RFC 9989): the policy that holds for a domain, and whose signature counts."""

from __future__ import annotations

from dataclasses import dataclass

from providers.email.findings import Finding, Resolve, State, tags

POLICIES = ("none", "quarantine", "reject")
PARENTS_MAX = 8
"""As far as receivers walk up the tree (RFC 9989, 4.10)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`places` are the domains whose DKIM signature counts for the checked one, itself first."""

    finding: Finding
    places: tuple[str, ...]


def judge(domain: str, *, resolve: Resolve) -> Policy:
    """The policy at the domain or else at the nearest parent that has one. Raises TryLater."""
    tree = _tree(domain)
    records: dict[str, list[dict[str, str]]] = {}
    for place in tree:
        found = [tags(text) for text in resolve(f"_dmarc.{place}") if _is_dmarc(text)]
        if any(record.get("psd") == "y" for record in found):
            break
        records[place] = found
        if any(record.get("psd") == "n" for record in found):
            break
    own = [place for place, found in records.items() if found]
    if not own:
        mend = f"Add a TXT record at _dmarc.{domain} with `v=DMARC1; p=none`."
        missing = Finding(State.MISSING, f"{domain} has no DMARC policy. {mend}")
        return Policy(missing, (domain,))
    finding = _judge_records(own[0], records[own[0]])
    is_strict = records[own[0]][0].get("adkim") == "s"
    reach = 1 if is_strict else tree.index(own[-1]) + 1
    return Policy(finding, tree[:reach])


def _judge_records(place: str, found: list[dict[str, str]]) -> Finding:
    where = f"_dmarc.{place}"
    if len(found) > 1:
        many = f"{where} has {len(found)} policies, and receivers then count none."
        return Finding(State.WRONG, f"{many} Keep one.")
    policy = found[0].get("p", "").lower()
    if policy not in POLICIES:
        said = f"`p={policy}`" if policy else "no `p=`"
        mend = "Write `p=none`, `p=quarantine` or `p=reject`."
        return Finding(State.WRONG, f"The policy at {where} says {said}. {mend}")
    return Finding(State.PASS, f"The policy at {where} says `p={policy}`.")


def _tree(domain: str) -> tuple[str, ...]:
    """The domain and its parents, but for the top level, which belongs to nobody."""
    labels = domain.split(".")
    parents = [".".join(labels[n:]) for n in range(1, len(labels) - 1)]
    return (domain, *parents[-PARENTS_MAX:])


def _is_dmarc(text: str) -> bool:
    return text.partition(";")[0].replace(" ", "") == "v=DMARC1"
