"""Each company of a client writes as its own country does, unless the policy says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.account import collection_rules, customer_rules
from connector.rules import policy
from tests.connector.firm import Firm

Opens = Callable[..., Firm]


@pytest.mark.parametrize(("country", "named", "locale"), [
    ("GB", {}, "en_GB"), ("DE", {}, "de_DE"), ("", {}, "en_US"),
    ("GB", {"locale": "nl_NL"}, "nl_NL"),
])  # fmt: skip
def test_words_are_those_of_the_companys_country(
    open_firm: Opens, country: str, named: dict[str, str], locale: str
) -> None:
    firm = open_firm("xero", dunning=named)
    there = replace(firm.connection, country=country)
    with firm.deps.reading() as tx:
        assert policy.dunning_of(tx, there).locale == locale
        assert collection_rules.of(tx, there, firm.deps.now()).dunning.locale == locale
        assert customer_rules.of(tx, there, "nobody", firm.deps.now()).locale == locale
