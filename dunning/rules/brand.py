"""Whose name, words and payment details messages carry."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from dunning.rules.steps import Document
from dunning.words.lines import one_line

DETAIL_LINES_MAX = 8
DETAIL_CHARACTERS_MAX = 70
"""So that a line stays one line in a mail as text, and on paper."""


class Brand(Document):
    """Whose letter it is; empty fields are taken from the ledger or left out.

    `sender_address` is what stands in From: an address at the client's own domain, which sends
    only once its DNS allows it. Without one, the installation's own address stands there.
    `telephone` is the number that texts and calls come from, `forward_calls_to` where a called
    person reaches a human; both are in E.164. `payment_details` are lines that say where to pay to,
    such as a bank account or the address for checks: they stand in mails, letters on paper,
    statements of account and on the customer's account page as they are written here, and nobody
    who puts a letter into other words changes them.
    """

    sender_name: str = Field(default="", max_length=100)
    sender_address: str = Field(default="", max_length=254)
    reply_to: str = Field(default="", max_length=254)
    telephone: str = ""
    forward_calls_to: str = ""
    logo_url: str = Field(default="", max_length=500)
    colour: str = "#1f4e79"
    signature: str = Field(default="", max_length=500)
    payment_details: tuple[str, ...] = Field(default=(), max_length=DETAIL_LINES_MAX)

    @field_validator("reply_to", "sender_address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+", address):
            raise ValueError("write one plain e-mail address, such as accounts@example.com")
        return address

    @field_validator("telephone", "forward_calls_to")
    @classmethod
    def _check_number(cls, number: str) -> str:
        if number and not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
            raise ValueError("write the number in E.164, such as +14155552671")
        return number

    @field_validator("logo_url")
    @classmethod
    def _check_logo(cls, url: str) -> str:
        if url and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
            raise ValueError("a logo must be loaded by https; write https://... or leave it empty")
        return url

    @field_validator("colour")
    @classmethod
    def _check_colour(cls, colour: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise ValueError("write a colour as # and six hex digits, such as #1f4e79")
        return colour

    @field_validator("payment_details")
    @classmethod
    def _check_details(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for number, line in enumerate(lines, 1):
            if not line or line != one_line(line):
                raise ValueError(f"line {number} is empty, or has signs or spaces that are no text")
            if len(line) > DETAIL_CHARACTERS_MAX:
                most = DETAIL_CHARACTERS_MAX
                raise ValueError(f"line {number} has {len(line)} characters; {most} are the most")
        return lines
