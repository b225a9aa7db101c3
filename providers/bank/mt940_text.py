"""The information to the account owner (:86:) of MT940: sub-fields, slash words, plain lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from providers.bank.identity import is_reference
from providers.bank.text import joined, tidy

FIELD_MAX = 27
"""Banks cut sub-fields after so many characters, in the middle of words and numbers."""
LINE_MAX = 65
"""SWIFT cuts lines of :86: after so many characters, likewise."""
SUBFIELDS = re.compile(r"\s?\d{3}([^\w\s/])(?=\d\d)", re.ASCII)
SEPA = re.compile(
    r"(?<![A-Z])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PREF|PURP)\+"
)
SLASH = re.compile(
    r"/(EREF|MARF|CSID|CNTP|REMI|NAME|IBAN|BIC|BENM|ORDP|PURP|ULTC|ULTD|ULTB|TRTP|RTRN|ISDT|ADDR|"
    r"SVCL|PREF|KREF|TRCD|SUBJ)/"
)
OTHER_SIDE = re.compile(r"([A-Z]{2}\d{2}[A-Z]{4}[A-Z0-9]{6,26}) (\S.*)", re.ASCII)
"""Dutch banks open with the other side's IBAN and name on a line of their own."""
RETURN_CODES = frozenset({"108", "109", "159"})
"""German business transaction codes (GVC) of returned direct debits and returned transfers."""


@dataclass(frozen=True, slots=True)
class Told:
    """What :86: says about a movement."""

    payer: str = ""
    payer_account: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    is_return: bool = False


def read(lines: Sequence[str]) -> Told:
    """`lines` are those of one or more :86: fields, as they stand in the file."""
    flat = "".join(lines)
    if parts := SUBFIELDS.match(flat):
        return _subfields(flat, parts[1])
    folded = unfold(lines)
    if SLASH.match(folded):
        return _slashes(folded)
    named = OTHER_SIDE.match(lines[0]) if lines else None
    if named:
        return Told(payer=tidy(named[2]), payer_account=named[1], reference=tidy(unfold(lines[1:])))
    return Told(reference=tidy(folded))


def unfold(lines: Sequence[str]) -> str:
    """A line that is full goes on in the next without a space; any other ends a word."""
    return "".join(
        line if len(line) >= LINE_MAX or line.endswith(" ") else f"{line} " for line in lines
    ).strip()


def _subfields(flat: str, sign: str) -> Told:
    code = flat.strip()[:3]
    pieces: dict[int, list[str]] = {}
    for part in re.split(rf"{re.escape(sign)}(?=\d\d)", flat)[1:]:
        number, value = int(part[:2]), part[2:]
        pieces.setdefault(number, []).append(value)
    found = {number: "".join(values) for number, values in pieces.items()}
    purpose = _continued([found[n] for n in (*range(20, 30), *range(60, 64)) if n in found])
    said = _sepa(purpose)
    return Told(
        payer=tidy(said.get("ABWA", "") or _continued([found.get(32, ""), found.get(33, "")])),
        payer_account="".join((found.get(38) or found.get(31, "")).split()),
        reference=joined(said.get("SVWZ", ""), said.get("", "")) or tidy(found.get(0, "")),
        end_to_end_id=_id(said.get("EREF", "")),
        is_return=code in RETURN_CODES,
    )


def _continued(fields: Sequence[str]) -> str:
    text = ""
    for field in fields:
        is_cut = len(field) >= FIELD_MAX
        text += field if is_cut or not field else f"{field} "
    return text


def _sepa(purpose: str) -> Mapping[str, str]:
    """The text by its SEPA keyword; what stands before the first keyword is under ""."""
    pieces = SEPA.split(purpose)
    said: dict[str, list[str]] = {"": [pieces[0]]}
    for word, value in zip(pieces[1::2], pieces[2::2], strict=True):
        said.setdefault(word, []).append(value)
    return {word: tidy(" ".join(values)) for word, values in said.items()}


def _slashes(text: str) -> Told:
    """/NAME/, /REMI/ and so on; /CNTP/ is account/bank/name/city, /REMI/ may say USTD or STRD."""
    pieces = SLASH.split(text)
    said: dict[str, str] = {}
    for word, value in zip(pieces[1::2], pieces[2::2], strict=True):
        said.setdefault(word, value.strip())
    other = [part.strip() for part in said.get("CNTP", "").split("/")]
    other += [""] * (3 - len(other))
    advice = re.sub(r"^(USTD|STRD)/(CUR|ISO)?/?", "", said.get("REMI", "").lstrip("/"))
    return Told(
        payer=tidy(said.get("NAME", "") or other[2]).strip("/"),
        payer_account="".join((said.get("IBAN", "") or other[0]).split()).strip("/"),
        reference=tidy(advice.strip("/")) or joined(said.get("SUBJ", ""), pieces[0]) or tidy(text),
        end_to_end_id=_id(said.get("EREF", "").strip("/")),
        is_return="RTRN" in said,
    )


def _id(text: str) -> str:
    return tidy(text) if is_reference(text) else ""
