"""The people who can sign in, and the companies that each may open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World

_KIND = "user.quickbooks"


class People:
    """A user is {sub, email, email_verified, name, companies}."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    def add(self, email: str, name: str, companies: Sequence[str]) -> Doc:
        sub = str(uuid.uuid5(uuid.NAMESPACE_URL, f"quickbooks:{email}"))
        user = {
            "sub": sub, "email": email, "email_verified": True, "name": name,
            "companies": list(companies),
        }  # fmt: skip
        self._store.put(EVERYWHERE, _KIND, sub, user)
        return user

    def all(self) -> list[Doc]:
        return self._store.all(EVERYWHERE, _KIND)

    def by_subject(self, sub: str) -> Doc:
        """Raises KeyError when there is no such user."""
        user = self._store.get(EVERYWHERE, _KIND, sub)
        if user is None:
            raise KeyError(sub)
        return user

    def may_open(self, sub: str, realm: str) -> bool:
        return realm in self.by_subject(sub)["companies"]

    def shut_out(self, email: str, realm: str) -> None:
        """Take a company away from a user; connections made by that user stop working."""
        for user in self.all():
            if user["email"] == email:
                left = [company for company in user["companies"] if company != realm]
                self._store.put(EVERYWHERE, _KIND, user["sub"], user | {"companies": left})
