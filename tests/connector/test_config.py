"""Settings are read once, checked, and told back in the form that the parts need."""

from __future__ import annotations

import pytest

from connector import config


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("", None), ("10.0.0.2", ("10.0.0.2", 53)), ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("[::1]", ("::1", 53)), ("::1", ("::1", 53)), ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)  # fmt: skip
def test_a_dns_server_is_an_address_and_a_port(given: str, place: tuple[str, int] | None) -> None:
    assert config.load(_env_file=None, dns_server=given).nameserver == place


@pytest.mark.parametrize("given", ["dns.test", "1.2.3.4:0", "1.2.3.4:70000", "1.2.3", "[x]", "::g"])
def test_what_is_no_dns_server_is_refused(given: str) -> None:
    with pytest.raises(config.ConfigError, match=r"^LEDGERHAND_DNS_SERVER: write an IP address"):
        config.load(_env_file=None, dns_server=given)


def test_names_for_mail_are_kept_in_one_form() -> None:
    made = config.load(_env_file=None, mail_spf_include=" SPF.Post.test. ", mail_dkim_selector="LH")
    assert (made.mail_spf_include, made.mail_dkim_selector) == ("spf.post.test", "lh")
    made = config.load(_env_file=None, mail_spf_include="2001:db8::7")
    assert made.mail_spf_include == "2001:db8::7"


@pytest.mark.parametrize("given", ["http://models.example/v1", "models.example", "ftp://x/v1"])
def test_a_language_model_is_reached_by_https(given: str) -> None:
    with pytest.raises(config.ConfigError, match=r"^LEDGERHAND_LANGUAGE_URL: write where the mod"):
        config.load(_env_file=None, language_url=given)
