"""Installing as a person does: signing in, consenting on the vendor's page, switching on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import requests

from connector.clients import tenants
from connector.demo.browser import Browser, Lost
from connector.demo.world import KEEPER_EMAIL, Place
from connector.deps import Deps
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from connector.rules.policy import Policy
from connector.vault import Vault

SEE_OTHER = 303


class Visitor:
    """The bookkeeper at a browser of our pages."""

    def __init__(self, deps: Deps, keepers: dict[str, str]) -> None:
        """`keepers` are the bookkeeper's names at the vendors, as their pages offer them."""
        self._deps = deps
        self._keepers = keepers
        self._session = requests.Session()

    def sign_in(self, ledger: str) -> None:
        """Raises Lost."""
        self._consent(ledger, f"/sign-in/{ledger}", {})

    def connect(self, place: Place) -> int:
        """Connect a company for a new client; returns the connection's id. Raises Lost."""
        ledger = place.business.ledger
        chosen = {"company": place.company_id, "tenant": place.company_id}
        self._consent(ledger, f"/connect/{ledger}", chosen)
        with self._deps.reading() as tx:
            found = tenants.find_company(
                tx, Vault(self._deps.config.keys), ledger, place.company_id
            )
        if found is None:
            raise Lost(f"{place.business.name} was not connected")
        return found.id

    def switch_on(
        self, connection_id: int, capabilities: Iterable[Capability], rules: Policy
    ) -> None:
        """Let the client's capabilities act by themselves, under these rules."""
        with self._deps.reading() as tx:
            client_id = tenants.connection(tx, connection_id).client_id
        allowing.set_policy(
            self._deps, client_id, rules, by=KEEPER_EMAIL,
            reason="the demonstration shows all of it",
        )  # fmt: skip
        for capability in capabilities:
            allowing.switch(self._deps, client_id, capability, Mode.AUTOPILOT, by=KEEPER_EMAIL)

    def _consent(self, ledger: str, path: str, chosen: dict[str, str]) -> None:
        wishes = {"user": self._keepers[ledger], **chosen}
        agree(self._session, self._deps.config.base_url, ledger, path, wishes)


def agree(
    session: requests.Session, base: str, ledger: str, path: str, wishes: Mapping[str, str]
) -> str:
    """From a page of ours that asks a vendor for leave, through the vendor's pages, and back.

    Returns where our own pages send the bookkeeper then. Raises Lost.
    """
    callback = f"{base}/oauth/{ledger}/callback"
    decision = "allow" if ledger == "xero" else "approve"
    back = Browser(session, {**wishes, "decision": decision}).go(f"{base}{path}", until=callback)
    answer = session.get(back, allow_redirects=False, timeout=30)
    if answer.status_code != SEE_OTHER:
        raise Lost(f"{callback} answered {answer.status_code}")
    return answer.headers["Location"]
