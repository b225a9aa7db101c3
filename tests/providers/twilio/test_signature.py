"""Twilio's signature: its own published examples, and everything that must not pass."""

from __future__ import annotations

import pytest

from providers.twilio.signature import is_genuine, sign

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
TOKEN = "12345"
FIELDS = {
    "CallSid": ["CA1234567890ABCDE"], "Caller": ["+14158675309"], "Digits": ["1234"],
    "From": ["+14158675309"], "To": ["+18005551212"],
}  # fmt: skip
SIGNED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
"""twilio.com/docs/usage/security, and the tests of Twilio's own libraries."""


def test_the_published_example_is_genuine() -> None:
    assert sign(URL, FIELDS, TOKEN) == SIGNED
    assert is_genuine(URL, FIELDS, SIGNED, TOKEN)


@pytest.mark.parametrize(("url", "fields", "signature", "token"), [
    (URL, FIELDS, "", TOKEN),
    (URL, FIELDS, SIGNED.lower(), TOKEN),
    (URL, FIELDS, f"{SIGNED}=", TOKEN),
    (URL, FIELDS, "é", TOKEN),
    (URL, FIELDS, SIGNED, "12346"),
    (URL, FIELDS, sign(URL, FIELDS, ""), ""),
    (URL.replace("https", "http"), FIELDS, SIGNED, TOKEN),
    (f"{URL}&more=1", FIELDS, SIGNED, TOKEN),
    (URL, FIELDS | {"Digits": ["9"]}, SIGNED, TOKEN),
    (URL, FIELDS | {"More": [""]}, SIGNED, TOKEN),
    (URL, {}, SIGNED, TOKEN),
])  # fmt: skip
def test_anything_else_is_not(
    url: str, fields: dict[str, list[str]], signature: str, token: str
) -> None:
    assert not is_genuine(url, fields, signature, token)


def test_a_field_given_twice_counts_with_each_different_value() -> None:
    assert sign(URL, {"a": ["2", "1", "1"]}, TOKEN) == sign(f"{URL}a1a2", {}, TOKEN)
