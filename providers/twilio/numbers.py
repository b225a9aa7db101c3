"""Telephone numbers: read as people write them, kept in E.164, with the zones they may ring in."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import timezone

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""ITU-T E.164: at most 15 digits after the plus; the shortest in use have 7."""


class NoNumber(ValueError):
    """The text is no telephone number that can be dialled; the message says how to mend it."""


def parse(text: str, *, country: str = "") -> str:
    """The number in E.164, such as +14155552671. Raises NoNumber.

    `country` (ISO 3166 alpha-2) is whose national numbers are meant; without it only numbers that
    start with a plus are read. Whether a number is valid is decided by its country's numbering
    plan as libphonenumber knows it: what is not valid is refused, never mended.
    """
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        raise NoNumber(
            f"{text!r} is no telephone number; write it with its country, as +14155552671"
        ) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise NoNumber(f"{text!r} is no number of its country that can be dialled directly")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def zones_of(number: str) -> tuple[str, ...]:
    """Every IANA time zone in which a number in E.164 may ring; empty where none is known.

    A mobile number that was ported or is abroad rings elsewhere: nobody can know.
    """
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in found if zone != timezone.UNKNOWN_TIMEZONE)
