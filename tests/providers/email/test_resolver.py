"""Texts come from DNS; nothing there and no answer are two things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dns.resolver
import pytest

from providers.email.resolver import Resolver
from providers.errors import TryLater
from tests.providers.email.nameserver import Zone, serving


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving() as served:
        yield served


def texts(zone: Zone, name: str, *, seconds_max: float = 5.0) -> tuple[str, ...]:
    return Resolver(zone.server, seconds_max=seconds_max).texts(name)


def test_all_texts_of_a_name_are_found(zone: Zone) -> None:
    zone.texts["firm-example.net"] = ["v=spf1 -all", 'says "yes"', "ü"]
    assert sorted(texts(zone, "firm-example.net")) == sorted(['says "yes"', "v=spf1 -all", "ü"])


def test_a_text_in_several_pieces_is_one(zone: Zone) -> None:
    zone.texts["firm-example.net"] = ["v=DKIM1; p=" + "a" * 300]
    assert texts(zone, "firm-example.net") == ("v=DKIM1; p=" + "a" * 300,)


def test_what_is_too_long_for_one_datagram_is_fetched_over_tcp(zone: Zone) -> None:
    zone.texts["firm-example.net"] = [f"{n}" * 200 for n in range(9)]
    assert len(texts(zone, "firm-example.net")) == 9
    assert zone.asked == ["firm-example.net"] * 2


def test_an_alias_is_followed(zone: Zone) -> None:
    zone.aliases["lh._domainkey.firm-example.net"] = "key.post-example.net"
    zone.texts["key.post-example.net"] = ["p=1"]
    assert texts(zone, "lh._domainkey.firm-example.net") == ("p=1",)


@pytest.mark.parametrize(
    "name",
    ["firm-example.net", "nowhere.firm-example.net", "x" * 70 + ".net", "a..b", "a." * 130 + "net"],
)
def test_where_there_is_nothing_there_are_no_texts(zone: Zone, name: str) -> None:
    zone.texts["_dmarc.firm-example.net"] = ["v=DMARC1"]
    assert texts(zone, name) == ()


def test_trouble_at_the_server_is_not_nothing(zone: Zone) -> None:
    zone.failing.add("firm-example.net")
    with pytest.raises(TryLater, match=r"about firm-example.* its servers are in trouble"):
        texts(zone, "firm-example.net")


@pytest.mark.timeout(20)
def test_silence_ends_in_time(zone: Zone) -> None:
    zone.silent.add("firm-example.net")
    with pytest.raises(TryLater, match=r"about firm-example.* no server answered in time"):
        texts(zone, "firm-example.net", seconds_max=0.3)


def test_all_look_ups_of_one_check_share_its_time(zone: Zone) -> None:
    resolver = Resolver(zone.server, seconds_max=0.3)
    zone.silent.add("a.firm-example.net")
    with pytest.raises(TryLater):
        resolver.texts("a.firm-example.net")
    asked = len(zone.asked)
    with pytest.raises(TryLater):
        resolver.texts("b.firm-example.net")
    assert len(zone.asked) == asked


def test_a_port_where_nobody_listens_is_trouble(zone: Zone) -> None:
    with serving() as gone:
        pass
    with pytest.raises(TryLater):
        texts(gone, "firm-example.net", seconds_max=0.3)


def test_the_system_without_a_resolver_is_trouble(
    zone: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = str(tmp_path / "resolv.conf")
    monkeypatch.setattr(dns.resolver.Resolver.__init__, "__defaults__", (absent, True))
    with pytest.raises(TryLater, match="set LEDGERHAND_DNS_SERVER"):
        Resolver(seconds_max=0.3).texts("firm-example.net")
