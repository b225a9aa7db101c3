"""The rules by which money is explained, in families that a client allows one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """From the safest to the boldest; a new client allows only the first."""

    EXACT = "exact"
    AGREED = "agreed"
    SPELLING = "spelling"
    DIFFERENCE = "difference"
    CREDIT = "credit"
    CUT_OFF = "cut_off"
    AMOUNT = "amount"
    SUM = "sum"
    RELATED = "related"
    STRANGER = "stranger"


EVERY_FAMILY = frozenset(Family)


@dataclass(frozen=True, slots=True)
class Rule:
    """`prior` is the share of its decisions that were right before a client had any of its own:
    on books that no rule was made for, rounded down. No such book tells what was agreed, or which
    customers belong together: those rules have a figure to start from."""

    family: Family
    prior: float
    words: str


RULES = {
    "named_exact": Rule(Family.EXACT, 0.9995, "number and amount are exact"),
    "agreed": Rule(Family.AGREED, 0.99, "an instalment or a promise, to the cent"),
    "named_amounts": Rule(Family.DIFFERENCE, 0.999, "each number has its amount behind it"),
    "named_short_form": Rule(Family.SPELLING, 0.999, "numbers are shortened or a range"),
    "named_unsure": Rule(Family.SPELLING, 0.998, "digits that may mean several"),
    "named_typo": Rule(Family.SPELLING, 0.998, "a number with a slip of the pen, the exact amount"),
    "named_some": Rule(Family.SPELLING, 0.99, "some of what is named has the exact amount"),
    "named_less_credit": Rule(Family.CREDIT, 0.995, "a credit note is taken off silently"),
    "named_cut_off": Rule(Family.CUT_OFF, 0.995, "the text is cut off, one set makes up the rest"),
    "named_short_fee": Rule(Family.DIFFERENCE, 0.998, "a bank's fee is missing"),
    "named_short_discount": Rule(Family.DIFFERENCE, 0.998, "a discount is taken off"),
    "named_short_withholding": Rule(Family.DIFFERENCE, 0.998, "a tax is withheld"),
    "named_short_deduction": Rule(Family.DIFFERENCE, 0.998, "the payer deducts something"),
    "named_short_partial": Rule(Family.DIFFERENCE, 0.997, "part of an invoice is paid"),
    "named_over": Rule(Family.DIFFERENCE, 0.997, "more came than is open"),
    "amount_one": Rule(Family.AMOUNT, 0.998, "the only invoice of the payer with the amount"),
    "period": Rule(Family.AMOUNT, 0.997, "of equal invoices, the one of the month named"),
    "oldest_of_equal": Rule(Family.AMOUNT, 0.99, "of equal invoices, the oldest"),
    "amount_less_credit": Rule(Family.CREDIT, 0.95, "one invoice less a credit note"),
    "sum_all_open": Rule(Family.SUM, 0.998, "everything that is open"),
    "sum_oldest_together": Rule(Family.SUM, 0.998, "the oldest invoices together"),
    "sum_due_together": Rule(Family.SUM, 0.997, "what falls due together"),
    "sum_in_a_row": Rule(Family.SUM, 0.995, "invoices in a row"),
    "sum_scattered": Rule(Family.SUM, 0.995, "the only set that adds up"),
    "related_amount": Rule(Family.RELATED, 0.99, "the only invoice of those that belong together"),
    "related_sum": Rule(Family.RELATED, 0.99, "several invoices of those that belong together"),
    "amount_against_text": Rule(Family.STRANGER, 0.99, "the amount fits, the number does not"),
    "amount_of_stranger": Rule(Family.STRANGER, 0.99, "an amount that only one invoice has"),
}
"""What is not here only helps a person."""
SAME_MONEY = "same_money"
"""No explanation of money, but a rule that can be switched off: that two records are one money."""
WORDS = {name: rule.words for name, rule in RULES.items()} | {
    SAME_MONEY: "two records are the same money, which counts once"
}

BY_NUMBER = frozenset(name for name in RULES if name.startswith("named_"))
"""All others stand on amounts and on who paid."""
