"""What `cases credit` and `dispute credit` share: what is typed, and a person's approval."""

from __future__ import annotations

from argparse import Namespace

from connector.commands.arguments import Verb
from connector.commands.output import CommandError, say
from connector.commands.people import me
from connector.deps import Deps
from connector.short_payments import conceding
from connector.short_payments.conceding import Wanted
from connector.short_payments.credit_accounts import CannotCredit
from matching.deduction.credits import CreditCode


def takes_credit(verb: Verb) -> None:
    verb.option("--amount", default="", help="without it, all that is in question and open")
    verb.option("--code", required=True, choices=[it.value for it in CreditCode])
    verb.option("--account", default="", help="its id, code or name; without it, the policy's")
    verb.option("--reason", required=True, help="why; the accountant reads it in the ledger")


def approve(deps: Deps, connection_id: int, subject: str, given: Namespace) -> None:
    """Raises CommandError."""
    wanted = Wanted(given.amount, CreditCode(given.code), given.account, given.reason)
    try:
        decision_id = conceding.approve(deps, connection_id, subject, wanted, by=me())
    except CannotCredit as error:
        raise CommandError(f"{error}; nothing was credited") from None
    say(
        f"The credit is on its way to the ledger; see `ledgerhand why {decision_id}`, and"
        f" `ledgerhand receipts undo {decision_id}` to take it back."
    )
