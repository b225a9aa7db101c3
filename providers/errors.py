"""The five ways in which a call to the outside fails, named by what the caller does next.

LedgerError
 |- TryLater         nothing happened: repeat the same call after `wait`
 |- OutcomeUnknown   it may have happened: look before repeating
 |- Reconnect        the tokens are dead: only the client can mend this
 |- Stale            the record changed since it was read: read again and decide again
 `- Refused          the answer is no and will stay no: a person must look
"""

from __future__ import annotations

from datetime import timedelta


class LedgerError(Exception):
    """A call to the outside failed. `request_id` is the vendor's own id of the call, if known."""

    def __init__(self, message: str, *, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id


class TryLater(LedgerError):
    """Nothing happened; the same call may be repeated after `wait`."""

    def __init__(self, message: str, *, wait: timedelta, request_id: str = "") -> None:
        super().__init__(message, request_id=request_id)
        self.wait = wait


class OutcomeUnknown(LedgerError):
    """The call may have happened; look before repeating it."""


class Reconnect(LedgerError):
    """The tokens are dead; only the client can mend this."""


class Stale(LedgerError):
    """The record is no longer what was decided on; read it again and decide again."""


class Refused(LedgerError):
    """The other side said no and will keep saying no; a person must look."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(message, request_id=request_id)
        self.code = code
