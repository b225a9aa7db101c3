"""SPF, DKIM, DMARC and alignment of a domain, read from a DNS server; each finding has its mend."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.email import domain as domains
from providers.email.domain import DomainState
from providers.email.findings import Finding, State
from providers.email.resolver import Resolver
from providers.errors import TryLater
from tests.providers.email.keys import KEY, curve_key, ed25519_key, rsa_key
from tests.providers.email.nameserver import Zone, serving, sound

SHORT = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM9xDmrV6kdf6oJfAFLu8rj7JgWGwGnkKEOvPkHkDbcjbCjn"
    "KoyMbmQHOdv9Lw7zRCjWkfH9OpPVYTUIW/VTg3kCAwEAAQ=="
)
FIRM, INCLUDE, SELECTOR = "firm-example.net", "spf.post.test", "lh"
DKIM_AT, DMARC_AT = f"{SELECTOR}._domainkey.{FIRM}", f"_dmarc.{FIRM}"


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving(**sound(FIRM)) as served:
        yield served


def check(
    zone: Zone, domain: str = FIRM, *, include: str = INCLUDE, selector: str = SELECTOR
) -> DomainState:
    resolve = Resolver(zone.server).texts
    return domains.check(domain, selector=selector, include=include, resolve=resolve)


def told(finding: Finding) -> str:
    """A finding that is not in order always says what to do."""
    assert finding.what.endswith(".")
    return f"{finding.state}: {finding.what}"


def test_a_domain_with_everything_in_place_is_aligned(zone: Zone) -> None:
    state = check(zone)
    assert state.aligned
    assert {f.state for f in (state.spf, state.dkim, state.dmarc)} == {State.PASS}
    assert "p=quarantine" in state.dmarc.what


def test_of_a_domain_with_nothing_everything_is_missing(zone: Zone) -> None:
    state = check(zone, "else-example.net")
    assert not state.aligned
    assert told(state.spf) == (
        "missing: else-example.net has no SPF record. Add a TXT record at else-example.net with"
        " `v=spf1 include:spf.post.test ~all`."
    )
    assert "missing: There is no key at lh._domainkey.else-example.net." in told(state.dkim)
    assert "Add a TXT record at _dmarc.else-example.net with `v=DMARC1; p=none`." in told(
        state.dmarc
    )


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 include:other.test ~all", "does not name the mail server"),
        ("v=spf1 -include:spf.post.test ~all", "does not name the mail server"),
        ("v=spf1 -all include:spf.post.test", "does not name the mail server"),
        ("v=spf1 mx ?include:spf.post.test -all", "does not name the mail server"),
        ("v=spf1 include:spf.post.test +all", "lets everybody send"),
        ("v=spf1 all", "lets everybody send"),
        ("v=spf1 include:spf.post.test ip4:203.0.113.999 -all", "the part `ip4:203.0.113.999`"),
        ("v=spf1 include:spf.post.test ip6:203.0.113.9 -all", "the part `ip6:203.0.113.9`"),
        ("v=spf1 include:spf.post.test include: -all", "the part `include:`"),
        ("v=spf1 include:spf.post.test include -all", "the part `include`"),
        ("v=spf1 include:spf.post.test/24 -all", "the part `include:spf.post.test/24`"),
        ("v=spf1 include:spf.post.test, -all", "which has none"),
        ("v=spf1 include;spf.post.test -all", "the part `include;spf.post.test`"),
        ("v=spf1 include:spf.post.test all:x", "the part `all:x`"),
        ("v=spf1 include:nowhere.test include:spf.post.test -all", "names nowhere.test"),
        (f"v=spf1 include:{FIRM} -all", "more than 10 look-ups"),
        ("v=spf1 " + "a:h.test " * 11 + "-all", "more than 10 look-ups"),
    ],
)
def test_an_spf_record_that_does_not_help_is_wrong(zone: Zone, record: str, said: str) -> None:
    zone.texts |= {FIRM: [record], "other.test": ["v=spf1 -all"]}
    state = check(zone, selector="")
    assert told(state.spf).startswith("wrong: ")
    assert said in state.spf.what
    assert not state.aligned


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 include:spf.post.test -all",
        "V=SPF1 INCLUDE:SPF.POST.TEST. -ALL",
        "v=spf1  mx a:h.test/24//64 ip6:2001:db8::/32 include:spf.post.test ~all",
        "v=spf1 redirect=spf.post.test",
        "v=spf1 exp=why.test redirect=spf.post.test unknown=1",
        "v=spf1 include:nested.test -all",
        "v=spf1 include:%{d}.macro.test a:spf.post.test -all",
    ],
)
def test_an_spf_record_may_name_our_server_in_any_way_that_receivers_read(
    zone: Zone, record: str
) -> None:
    zone.texts |= {FIRM: [record], "nested.test": ["v=spf1 include:spf.post.test ?all"]}
    state = check(zone, selector="")
    assert told(state.spf) == f"pass: The SPF record lets spf.post.test send for {FIRM}."
    assert state.aligned


@pytest.mark.parametrize(
    ("include", "passes"),
    [("203.0.113.7", True), ("203.0.114.7", False), ("2001:db8::7", True), ("2001:db9::7", False)],
)
def test_our_server_may_be_an_address(zone: Zone, include: str, passes: bool) -> None:
    zone.texts[FIRM] = ["v=spf1 ip6:2001:db8::/32 include:spf.post.test -all"]
    state = check(zone, include=include, selector="")
    assert state.spf.passes is state.aligned is passes
    if not passes:
        assert f":{include}`" in state.spf.what


def test_two_spf_records_are_none(zone: Zone) -> None:
    zone.texts[FIRM].append("v=spf1 -all")
    assert "has 2 SPF records" in told(check(zone).spf)


def test_a_sound_spf_record_proves_nothing_while_our_servers_name_is_not_known(zone: Zone) -> None:
    state = check(zone, include="", selector="")
    assert state.spf.passes
    assert "LEDGERHAND_MAIL_SPF_INCLUDE" in state.spf.what
    assert not state.aligned
    assert check(zone, include="").aligned


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=DKIM1; p=", "is revoked"),
        ("v=DKIM2; p=" + KEY, "is of version DKIM2"),
        (f"v=DKIM1; t=s:y; p={KEY}", "is marked as a test"),
        (f"v=DKIM1; p={KEY[:-40]}", "cannot be read"),
        ("v=DKIM1; p=!!!", "cannot be read"),
        ("v=DKIM1; k=ed25519; p=AAAA", "is incomplete"),
        (f"v=DKIM1; p={curve_key()}", "is of a kind that receivers do not know"),
        (f"v=DKIM1; k=dsa; p={KEY}", "is of a kind that receivers do not know (dsa)"),
    ],
)
def test_a_key_that_receivers_do_not_count_is_wrong(zone: Zone, record: str, said: str) -> None:
    zone.texts[DKIM_AT] = [record]
    state = check(zone, include="")
    assert told(state.dkim).startswith(f"wrong: The key at {DKIM_AT} ")
    assert said in state.dkim.what
    assert not state.aligned


def test_a_key_that_is_too_short_is_wrong(zone: Zone) -> None:
    zone.texts[DKIM_AT] = [f"p={SHORT}"]
    assert "has 512 bits" in told(check(zone).dkim)


@pytest.mark.parametrize("record", [
    f"p={KEY}", f"v=DKIM1;k=rsa;t=s;s=email;p={KEY[:90]} {KEY[90:]}",
    f"v=DKIM1; p={rsa_key(1024)};", f"v=DKIM1; k=ed25519; p={ed25519_key()}",
], ids=["bare", "in two strings", "short RSA", "Ed25519"])  # fmt: skip
def test_a_key_that_receivers_count_passes(zone: Zone, record: str) -> None:
    zone.texts[DKIM_AT] = ["something else", record]
    state = check(zone, include="")
    assert state.dkim.passes
    assert state.aligned


def test_two_keys_under_one_name_are_wrong(zone: Zone) -> None:
    zone.texts[DKIM_AT].append("v=DKIM1; p=")
    assert "has 2 keys" in told(check(zone).dkim)


def test_without_the_name_of_our_key_it_is_not_looked_for(zone: Zone) -> None:
    state = check(zone, selector="")
    assert "LEDGERHAND_MAIL_DKIM_SELECTOR" in told(state.dkim)
    assert DKIM_AT not in zone.asked


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (["v=DMARC1; rua=mailto:a@b.test"], "says no `p=`"),
        (["v=DMARC1; p=maybe"], "says `p=maybe`"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "has 2 policies"),
    ],
)
def test_a_policy_that_receivers_do_not_read_is_wrong(
    zone: Zone, records: list[str], said: str
) -> None:
    zone.texts[DMARC_AT] = records
    state = check(zone)
    assert told(state.dmarc).startswith("wrong: ")
    assert said in state.dmarc.what
    assert not state.aligned


def test_without_a_policy_nothing_is_aligned(zone: Zone) -> None:
    zone.texts[DMARC_AT] = ["v=spf1 -all", "v=DMARC10; p=none"]
    state = check(zone)
    assert (state.dmarc.state, state.aligned) == (State.MISSING, False)
    assert state.spf.passes
    assert state.dkim.passes


SUB = f"billing.{FIRM}"


@pytest.mark.parametrize(
    ("_case", "more", "aligned"),
    [
        ("the parent's signature counts", {}, True),
        ("but not where the policy is strict", {DMARC_AT: ["v=DMARC1; p=none; adkim=s"]}, False),
        ("nor beyond a policy of its own", {f"_dmarc.{SUB}": ["v=DMARC1; p=none; psd=n"]}, False),
        ("an own policy below the parent's changes nothing",
         {f"_dmarc.{SUB}": ["v=DMARC1; p=none"]}, True),
        ("a registry is nobody's parent", {DMARC_AT: ["v=DMARC1; p=none; psd=y"]}, False),
    ],
)  # fmt: skip
def test_a_subdomain_leans_on_its_parent(
    zone: Zone, _case: str, more: dict[str, list[str]], aligned: bool
) -> None:
    zone.texts |= more
    state = check(zone, SUB)
    assert state.spf.state is State.MISSING
    assert state.aligned is aligned


def test_a_parent_leans_on_no_subdomain(zone: Zone) -> None:
    zone.texts.clear()
    zone.texts |= sound(SUB)
    assert check(zone, SUB).aligned
    assert not check(zone).aligned


def test_the_top_level_is_never_asked(zone: Zone) -> None:
    check(zone, "a.b.c.d.e.f.g.h.i.j.k.else-example.net")
    assert "_dmarc.net" not in zone.asked
    assert "_dmarc.else-example.net" in zone.asked
    assert len(zone.asked) < 20


@pytest.mark.parametrize("name", [FIRM, INCLUDE, DKIM_AT, DMARC_AT, f"_ledgerhand.{FIRM}"])
def test_where_the_server_is_in_trouble_nothing_is_known(zone: Zone, name: str) -> None:
    zone.failing.add(name)
    with pytest.raises(TryLater, match=name):
        check(zone)


def test_proofs_are_read_as_they_stand(zone: Zone) -> None:
    zone.texts[f"_ledgerhand.{FIRM}"] = ["https://hand.test/clients/7", "x"]
    assert set(check(zone).proofs) == {"https://hand.test/clients/7", "x"}


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("localhost", True), ("mail", True), ("a.localhost", True), ("firm.test", True),
        ("firm.invalid", True), ("firm.example", True), ("example.com", True),
        ("ar.example.net", True), ("example.org", True), ("printer.local", True),
        ("firm-example.net", False), ("example.de", False), ("notexample.com", False),
        ("mytest", True), ("my.testing", False), ("example.com.firm.net", False),
    ],
)  # fmt: skip
def test_some_names_are_never_public(name: str, never: bool) -> None:
    assert domains.is_never_public(name) is never


@pytest.mark.parametrize(
    "name",
    ["", ".", "a b.net", "a..net", "-a.net", "ü.net", "x" * 64, "a_b.c", "a/", "a." * 130 + "a"],
)
def test_what_cannot_be_a_domain_is_none(name: str) -> None:
    assert not domains.is_domain(name)
    assert domains.is_domain("xn--bcher-kva.example.net")


def test_the_domain_of_an_address_is_told_in_one_form() -> None:
    assert domains.domain_of("AR@Firm-Example.NET") == FIRM
    assert domains.domain_of("firm-example.net.") == FIRM


def test_the_entries_that_are_told_pass_once_they_are_made(zone: Zone) -> None:
    asked = domains.entries(FIRM, selector="", include="203.0.113.7", proof="https://h.test/1")
    zone.texts = {entry.name: [entry.value] for entry in asked}
    state = check(zone, include="203.0.113.7", selector="")
    assert state.aligned
    assert state.proofs == ("https://h.test/1",)
    named = domains.entries(FIRM, selector="lh", include="", proof="")
    assert [entry.name for entry in named] == [FIRM, DKIM_AT, DMARC_AT]
