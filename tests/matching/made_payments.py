"""Payments of many kinds on a made book, each with a truth of its own."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from matching.facts.items import Cash
from providers.money import Money
from tests.matching.made_book import Made, minor
from tests.matching.made_teller import (
    AHEAD,
    DISCOUNT,
    FEE,
    FOLLOWS,
    INVOICE,
    OTHER,
    PART,
    WITHOUT,
    WORDS,
    Kind,
    Paid,
    Teller,
    Truth,
    digits_of,
)

NOISE = (
    "{}",
    "{}",
    "REF {} THANKS",
    "/ROC/{}//EREF/NOTPROVIDED",
    "SEPA CT {}",
    "pmt {} 14.11.2025",
)


def _named(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some()
    text = teller.chance.choice(NOISE).format(teller.listed(items))
    return teller.pay(items, text) if items else None


def _nameless_payer(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some()
    text = f"{teller.word(INVOICE)} {teller.listed(items)}"
    return teller.pay(items, text, payer="") if items else None


def _parent(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 2)
    return teller.pay(items, teller.listed(items), payer="Meadow Holding") if items else None


def _lower_case(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 2)
    signs = teller.chance.choice(("", " "))
    text = " ".join(one.number.lower().replace("-", signs) for one in items)
    return teller.pay(items, text) if items else None


def _slip(teller: Teller) -> tuple[Cash, Truth] | None:
    """Two neighbours among the last digits are swapped, which makes no other number."""
    items = teller.some(1, 1)
    if not items:
        return None
    number = items[0].number
    digits = [place for place, char in enumerate(number) if char.isdigit()]
    first = digits[-4 if not number.endswith("/25") else -6] + teller.chance.randint(0, 2)
    second = first + 1
    swapped = list(number)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    numbers = {one.number for one in teller.book.items}
    return None if "".join(swapped) in numbers else teller.pay(items, "".join(swapped))


def _amount_alone(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 1)
    equal = [one for one in teller.book.of(teller.party) if items and one.open == items[0].open]
    truth = None if len(equal) == 1 else {}
    return teller.pay(items, "payment", truth=truth) if items else None


def _oldest(teller: Teller) -> tuple[Cash, Truth] | None:
    own = teller.book.of(teller.party)
    items = own[: teller.chance.randint(2, 6)]
    return teller.pay(items, "") if len(items) > 1 else None


def _due_together(teller: Teller) -> tuple[Cash, Truth] | None:
    own = teller.book.of(teller.party)
    days = [list(group) for _, group in groupby(own, key=lambda one: one.due)]
    several = [group for group in days if len(group) > 1]
    return teller.pay(teller.chance.choice(several), "") if several else None


def _part(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 1)
    if not items:
        return None
    whole = minor(items[0].open)
    part = whole * teller.chance.randint(20, 80) // 100
    text = f"{teller.word(PART)} {items[0].number}"
    return teller.pay(items, text, more=part - whole, truth={items[0].invoice_id: part})


def _fee(teller: Teller) -> tuple[Cash, Truth] | None:
    items = [one for one in teller.some(1, 1) if minor(one.open) > 10_000 * teller.book.scale]
    fee = teller.chance.randint(500, 2_500) * teller.book.scale
    if not items:
        return None
    truth = {items[0].invoice_id: minor(items[0].open) - fee}
    return teller.pay(items, f"{items[0].number} {teller.word(FEE)}", more=-fee, truth=truth)


def _discount(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 1)
    if not items:
        return None
    off = minor(items[0].open) * 2 // 100
    truth = {items[0].invoice_id: minor(items[0].open) - off}
    return teller.pay(items, f"{items[0].number} {teller.word(DISCOUNT)}", more=-off, truth=truth)


def _too_much(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(1, 1)
    more = teller.chance.randint(1, 900) * teller.book.scale
    return teller.pay(items, items[0].number, more=more) if items else None


def _follows(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(2, 3)
    if len(items) < 2:
        return None
    kept, left = items[:-1], items[-1]
    return teller.pay(kept, f"{teller.listed(kept)}, {left.number} {teller.word(FOLLOWS)}")


def _boxes(teller: Teller) -> tuple[Cash, Truth] | None:
    """A discount on one invoice, and what came with it is counted."""
    items = teller.some(1, 1)
    if not items:
        return None
    off = minor(items[0].open) * 2 // 100
    count = teller.chance.randint(2, 60)
    text = f"{items[0].number} {count} boxes, {teller.word(DISCOUNT)}"
    truth = {items[0].invoice_id: minor(items[0].open) - off}
    return teller.pay(items, text, more=-off, truth=truth)


def _cut(teller: Teller) -> tuple[Cash, Truth] | None:
    """The bank cuts the list at the width of its line."""
    items = teller.some(3, 6)
    text = ", ".join(one.number for one in items)
    widths = [width for width in (27, 35) if width < len(text)]
    return teller.pay(items, text[: teller.chance.choice(widths)]) if widths else None


def _other_numbers(teller: Teller) -> tuple[Cash, Truth] | None:
    """The payer's own order stands beside the invoice."""
    items = teller.some(1, 1)
    order = f"PO {teller.chance.randint(1_000, 20_000)}"
    return teller.pay(items, f"{order} {items[0].number} tel 555 0{order[3:]}") if items else None


def _another_number(teller: Teller) -> tuple[Cash, Truth] | None:
    """A number of another kind is the same as that of an invoice of somebody else."""
    items, others = teller.some(1, 1), teller.of_others()
    if not items or not others:
        return None
    text = f"{teller.word(OTHER)} {digits_of(teller.chance.choice(others))}"
    return teller.pay(items, text, truth=None if teller.alone(items[0]) else {})


def _rival(teller: Teller) -> tuple[Cash, Truth] | None:
    """The same, and that invoice is open with just the amount: nothing tells which is meant."""
    owed = {one.open: one for one in teller.book.of(teller.party)}
    rivals = [one for one in teller.of_others() if one.open in owed]
    if not rivals:
        return None
    rival = teller.chance.choice(rivals)
    text = teller.chance.choice((f"{teller.word(OTHER)} ", "store ", "", "pmt "))
    return teller.pay([owed[rival.open]], f"{text}{digits_of(rival)}", truth={})


def _amount_as_number(teller: Teller) -> tuple[Cash, Truth] | None:
    """The amount is written too, and somebody's invoice has it as its number."""
    digits = digits_of(teller.chance.choice(teller.book.items))
    amount = Money(Decimal(re.sub(r"\D", "", digits)), teller.book.currency)
    text = teller.chance.choice(("paid {}", "{} {code}", "payment {}"))
    return teller.pay(
        [], text.format(digits, code=amount.currency), more=minor(amount), truth={}
    )  # fmt: skip


def _left_out_and_random(teller: Teller) -> tuple[Cash, Truth] | None:
    """What is said to be left out is not paid by any other money either."""
    items = teller.some(1, 1)
    amount = teller.chance.randint(1_000, 900_000) * teller.book.scale
    if not items or amount == minor(items[0].open):
        return None
    text = f"{teller.word(WITHOUT)} {items[0].number}"
    return teller.pay([], text, more=amount, truth={})


def _short_name(teller: Teller) -> tuple[Cash, Truth] | None:
    """The payer's name lacks its last word, so that it may be a look-alike's."""
    items = teller.some(1, 1)
    if not items:
        return None
    name = teller.party.name.rpartition(" ")[0]
    alike = [one.id for one in teller.book.parties if one.name.startswith(name)]
    equal = [one for one in teller.book.items
             if one.customer_id in alike and one.open == items[0].open]  # fmt: skip
    truth = None if len(equal) == 1 else {}
    return teller.pay(items, "", truth=truth, payer=name.upper())


def _scattered(teller: Teller) -> tuple[Cash, Truth] | None:
    items = teller.some(2, 4)
    return teller.pay(items, "invoices") if len(items) > 1 else None


def _less_credit(teller: Teller) -> tuple[Cash, Truth] | None:
    items, notes = teller.some(1, 2), teller.book.credits(teller.party)
    enough = sum(minor(one.open) for one in items) > 9_000 * teller.book.scale
    both = [*items, *notes]
    return teller.pay(both, teller.listed(both)) if items and notes and enough else None


def _twice(teller: Teller) -> tuple[Cash, Truth] | None:
    settled = teller.book.settled(teller.party)
    if not settled:
        return None
    one = teller.chance.choice(settled)
    return teller.pay([], one.number, more=minor(one.total), truth={})


def _ahead(teller: Teller) -> tuple[Cash, Truth] | None:
    amount = teller.chance.randint(100, 900) * 1_000 * teller.book.scale
    return teller.pay([], f"{teller.word(AHEAD)} 2026", more=amount, truth={})


def _stranger(teller: Teller) -> tuple[Cash, Truth] | None:
    amount = teller.chance.randint(1_000, 900_000) * teller.book.scale
    order = f"order {teller.chance.randint(10_000, 99_999)}"
    return teller.pay([], order, more=amount, truth={}, payer="Zinnia Quarry")


def _payout(teller: Teller) -> tuple[Cash, Truth] | None:
    amount = teller.chance.randint(1_000, 900_000) * teller.book.scale
    return teller.pay([], "STRIPE PAYOUT", more=amount, truth={}, payer="STRIPE")


KINDS: dict[str, Kind] = {
    "named": _named, "nameless payer": _nameless_payer, "parent": _parent,
    "lower case": _lower_case, "slip": _slip, "amount alone": _amount_alone, "oldest": _oldest,
    "due together": _due_together, "part": _part, "fee": _fee, "discount": _discount,
    "too much": _too_much, "follows": _follows, "less credit": _less_credit, "twice": _twice,
    "boxes": _boxes, "cut": _cut, "other numbers": _other_numbers, "scattered": _scattered,
    "another number": _another_number, "rival": _rival, "amount as number": _amount_as_number,
    "left out and random": _left_out_and_random, "short name": _short_name,
    "ahead": _ahead, "stranger": _stranger, "payout": _payout,
}  # fmt: skip


def payments(book: Made, seed: int, *, count: int = 60, language: str = "en") -> list[Paid]:
    """The same seed pays the same invoices, whatever they are called, numbered or scaled."""
    made = []
    for number in range(count):
        chance = random.Random(f"payment {seed} {number}")
        kind = chance.choice(list(KINDS))
        teller = Teller(book, chance.choice(book.parties), WORDS[language], chance)
        if told := KINDS[kind](teller):
            made.append(Paid(kind, replace(told[0], id=f"p{number}"), told[1]))
    return made
