"""What the text of a debit says: that something was returned, and of which receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from connector.money.cash import Item
from connector.taken_back.bank_returns import REFERENCE_CHARACTERS_MIN, BankReturn
from providers.bank.identity import is_reference, plain
from providers.bank.return_words import says_returned, words
from providers.receipts import Receipt

NAME_CHARACTERS_MIN = 3
COMMON = frozenset(words(
    "ach bank bill card cash check cheque credit debit deposit direct from giro iban incoming inv"
    " invoice number online order outgoing payment ref reference sepa standing the transfer wire"
    " auftrag ausgang eingang gutschrift rechnung uberweisung ueberweisung zahlung facture paiement"
    " virement factura pago transferencia betaling factuur overboeking bonifico fattura"
))  # fmt: skip
"""Words that stand in the lines of anybody's money."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a receipt in the text of a debit: who paid it and its text, as words of which one
    says something, and its references."""

    day: date
    phrases: tuple[str, ...]
    references: tuple[str, ...]

    @classmethod
    def of(cls, line: Item) -> Self:
        told = ((line.payer, NAME_CHARACTERS_MIN), (line.text, REFERENCE_CHARACTERS_MIN))
        phrases = (_phrase(words(text), least) for text, least in told)
        own = [plain(it) for it in (line.end_to_end_id, line.bank_reference) if is_reference(it)]
        return cls(
            line.received,
            tuple(filter(None, phrases)),
            tuple(it for it in own if len(it) >= REFERENCE_CHARACTERS_MIN),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a debit says, read once; `spaced` are its words, `run` all its signs together."""

    spaced: str
    run: str
    says_returned: bool

    @classmethod
    def of(cls, one: Receipt | BankReturn) -> Self:
        text = one.reference if isinstance(one, Receipt) else one.text
        told = f"{one.payer} {text}"
        run = plain(f"{told} {one.end_to_end_id} {one.bank_reference}")
        return cls(f" {' '.join(words(told))} ", run, says_returned(told))

    def has(self, marks: Marks) -> bool:
        named = any(phrase in self.spaced for phrase in marks.phrases)
        return named or any(reference in self.run for reference in marks.references)


def _phrase(mine: Sequence[str], characters_min: int) -> str:
    """The words one after the other; empty where none of them tells anything."""
    is_telling = any(len(it) >= NAME_CHARACTERS_MIN and it not in COMMON for it in mine)
    is_long = len("".join(mine)) >= characters_min
    return f" {' '.join(mine)} " if is_telling and is_long else ""
