"""Money that arrived at the bank, as a statement tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from providers.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit on a bank statement.

    `bank_id` is the bank's own id of the line or one derived from what the line says, unique
    within `account`. `reference` is the remittance advice as far as the bank passed it on.
    `customer_id` is set where the payer is already known.
    """

    account: str
    bank_id: str
    received: date
    amount: Money
    payer: str
    reference: str
    customer_id: str = ""
    payer_account: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on an account: `amount` is above zero when money came in.

    `is_booked` is false for what the bank only announces. `is_return` marks what undoes an earlier
    movement: a bounced debit, money of our own that came back. `is_listed_by_id` says that the
    bank vouches for `bank_reference` as the one id of the line. `bank_id` is set once the whole
    file is known.
    """

    day: date
    amount: Money
    payer: str = ""
    payer_account: str = ""
    reference: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""
    customer_id: str = ""
    is_booked: bool = True
    is_return: bool = False
    is_listed_by_id: bool = False
    bank_id: str = ""

    @property
    def is_receipt(self) -> bool:
        return self.is_booked and not self.is_return and self.amount.amount > 0


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file says about one account over one period.

    `opening` and `closing` are booked balances, None where the format or the bank gives none;
    `unchecked` then says in a sentence why no balance was compared.
    """

    format: str
    account: str
    currency: str
    entries: tuple[Entry, ...]
    opening: Money | None = None
    closing: Money | None = None
    opened: date | None = None
    closed: date | None = None
    number: str = ""
    unchecked: str = ""
    remarks: tuple[str, ...] = field(default=())

    @property
    def receipts(self) -> list[Receipt]:
        """The booked credits that are not returns."""
        return [
            Receipt(
                account=self.account, bank_id=entry.bank_id, received=entry.day,
                amount=entry.amount, payer=entry.payer, reference=entry.reference,
                customer_id=entry.customer_id, payer_account=entry.payer_account,
                end_to_end_id=entry.end_to_end_id, bank_reference=entry.bank_reference,
            )
            for entry in self.entries
            if entry.is_receipt
        ]  # fmt: skip
