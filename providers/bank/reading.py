"""From the bytes of a bank file to proved statements: the format is known by what the file says."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Dict

from providers.bank import (
    bai2,
    bai2_records,
    balance,
    camt,
    csv,
    guess,
    lockbox,
    mapped,
    mt940,
    ofx,
    ofx_tags,
)
from providers.bank.identity import identified
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.text import decode, refuse_what_is_no_text
from providers.receipts import Statement


def read(
    raw: bytes, *, mapping: Mapping | None = None, account: str = "", currency: str = ""
) -> tuple[Statement, ...]:
    """Every statement in the file, its balances proved and each line with its id.

    `mapping` is for CSV and is guessed where there is none; `account` and `currency` stand where
    a CSV says neither. The file is refused as a whole. Raises BadStatement.
    """
    refuse_what_is_no_text(raw)
    text = decode(raw, mapping.encoding if mapping else "")
    statements = _structured(raw, text, currency)
    if statements is None and csv.is_named(text) and mapping is None:
        found = tuple(csv.read(text))
        for statement in found:
            balance.prove(statement)
        return found
    if statements is None:
        chosen = mapped.with_defaults(
            mapping or guess.mapping(text), account=account, currency=currency
        )
        statements = mapped.read(text, chosen)
    for statement in statements:
        balance.prove(statement)
    return identified(balance.with_gaps(statements))


def guessed(
    raw: bytes, wishes: Dict[str, str] | None = None, known: Collection[str] = (), *,
    is_shown: bool = False, home: str = "",
) -> Mapping | None:  # fmt: skip
    """How a bank's own CSV would be read, with what a person wishes and by the fingerprints of
    files that are known, or where `is_shown` to one, as far as can be guessed; None where the
    format needs no mapping. `home` is the company's currency. Raises BadStatement.
    """
    refuse_what_is_no_text(raw)
    text = decode(raw, (wishes or {}).get("encoding", ""))
    if _is_structured(text) or csv.is_named(text):
        return None
    return guess.mapping(text, wishes, known, is_shown=is_shown, home=home)


def _is_structured(text: str) -> bool:
    return text.lstrip().startswith("<") or any(
        knows(text)
        for knows in (ofx_tags.is_ofx, mt940.is_mt940, bai2_records.is_bai2, lockbox.is_lockbox)
    )


def _structured(raw: bytes, text: str, currency: str) -> list[Statement] | None:
    """The statements of a format that names its own fields; None for a CSV."""
    if ofx_tags.is_ofx(text):
        return ofx.read(text)
    if text.lstrip().startswith("<"):
        if camt.is_camt(text):
            return camt.read(raw)
        raise BadStatement(
            "the XML is neither CAMT.052, .053 or .054 nor OFX; ask the bank for one of these"
        )
    if mt940.is_mt940(text):
        return mt940.read(text)
    if bai2_records.is_bai2(text):
        return bai2.read(text)
    if lockbox.is_lockbox(text):
        return lockbox.read(text, currency)
    return None
