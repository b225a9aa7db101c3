"""The neutral words for OAuth: token sets, who signed in, which companies were consented to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TokenSet:
    """`refresh_until` is when the refresh token dies if it is never used; `hard_until` is when it
    dies whatever we do, where the vendor says so. Moments are aware UTC."""

    access_token: str
    refresh_token: str
    access_until: datetime
    refresh_until: datetime
    hard_until: datetime | None = None
    id_token: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A company that a token set reaches. `grant_id` is the vendor's name for this permission."""

    id: str
    name: str
    grant_id: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in. People are matched on `subject`, never on their e-mail address."""

    subject: str
    email: str
    email_verified: bool
    name: str


class Authority(Protocol):
    """A vendor's OAuth 2.0 and OpenID server. Every method may raise TryLater or Refused;
    `refresh` raises Reconnect when the refresh token is dead."""

    grace: timedelta
    """For how long the previous refresh token still works after a rotation."""

    def authorize_url(self, *, redirect_uri: str, state: str, nonce: str, connect: bool) -> str:
        """Where to send the browser: to connect a company, or only to sign a person in."""
        ...

    def exchange(self, *, code: str, redirect_uri: str) -> TokenSet: ...

    def refresh(self, refresh_token: str) -> TokenSet: ...

    def revoke(self, refresh_token: str) -> None: ...

    def identify(self, tokens: TokenSet, nonce: str) -> Identity: ...

    def companies(self, tokens: TokenSet, hint: str) -> Sequence[Company]:
        """The companies that these tokens really reach; `hint` is what the callback named."""
        ...

    def release(self, tokens: TokenSet, company: Company) -> None:
        """Give up one company, leaving the others of the same token set connected."""
        ...


class Access(Protocol):
    """A way to a live access token, whoever refreshes it."""

    def token(self) -> str:
        """An access token with life left in it. Raises Reconnect or TryLater."""
        ...

    def renew(self, rejected: str) -> str:
        """A token other than the one that the ledger has just rejected. Raises the same."""
        ...


@dataclass(frozen=True, slots=True)
class Vendor:
    """Our registration with one vendor. `bases` replaces the vendor's own addresses by name."""

    client_id: str
    client_secret: str
    webhook_key: str
    bases: Mapping[str, str] = field(default_factory=dict)
