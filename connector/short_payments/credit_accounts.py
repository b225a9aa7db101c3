"""The account that a credit is booked to: the one that a person names, or the policy's."""

from __future__ import annotations

from collections.abc import Sequence

from connector.access.ledgers import opened
from connector.clients.meter import Purpose
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.rules import policy
from matching.deduction.credits import CreditCode, account_for
from providers.documents import Account
from providers.errors import LedgerError
from providers.registry import LEDGERS


class CannotCredit(ValueError):
    """It cannot be credited so; the text says why and what to do, and nothing was changed."""


def listed(deps: Deps, connection: Connection) -> Sequence[Account]:
    """The ledger's accounts that a credit can be booked to: up to two metered calls.

    Raises CannotCredit where the ledger does not answer.
    """
    try:
        with opened(deps, connection.id, Purpose.SYNC) as ledger:
            return ledger.reader().accounts()
    except LedgerError as error:
        raise CannotCredit(f"the ledger does not tell its accounts now: {error}") from None


def of_policy(deps: Deps, connection: Connection, code: CreditCode) -> str:
    """The id of the account that the policy names for a code, empty where it names none."""
    with deps.reading() as tx:
        rules = policy.current(tx, connection.client_id).policy
    return account_for(rules.credit_accounts, connection.name, code)


def choose(deps: Deps, connection: Connection, code: CreditCode, named: str) -> Account:
    """The account as a person named it, or the policy's. Raises CannotCredit where neither is one
    of the ledger's, or a name means several."""
    wanted = named.strip() or of_policy(deps, connection, code)
    known = listed(deps, connection)
    found = [one for one in known if wanted and one.is_called(wanted)]
    if len(found) == 1:
        return found[0]
    title = LEDGERS[connection.ledger].title
    if not wanted:
        why = f"the policy names no account for credits of the code {code}"
    elif found:
        why = f"{title} has several accounts {wanted!r}; name one by its id"
    else:
        why = f"{title} has no account {wanted!r} that a credit can be booked to"
    accounts = ", ".join(f"{one.title} ({one.id})" for one in known) or "none"
    raise CannotCredit(f"{why}; there are: {accounts}")
