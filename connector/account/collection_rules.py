"""What holds for a company while the accounts of its customers are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.rules import modes
from connector.rules import policy as policies
from connector.rules.modes import Capability, Mode
from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.deciding.decision import Send
from dunning.rules.policy import DunningPolicy
from dunning.rules.segments import segment_of


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a whole connection while its accounts are looked at. `modes` are those of the
    segments that have one of their own, `by_machine` those of the channels that have."""

    connection: Connection
    mode: Mode
    modes: Mapping[str, Mode]
    version: policies.Version
    now: datetime
    by_machine: Mapping[Channel, Mode] = field(default_factory=dict)

    @property
    def dunning(self) -> DunningPolicy:
        return self.version.policy.dunning.spoken_in(self.connection.country)

    def for_account(self, account: Account) -> Rules:
        """The same, in the mode of the account's segment."""
        if not self.modes:
            return self
        today = hours_of(self.dunning, account.time_zone).today(self.now)
        segment = segment_of(self.dunning.segments, account, today)
        return replace(self, mode=self.modes.get(segment, self.mode))

    def for_step(self, step: Send) -> Rules:
        """The same, in the step's own mode where that is the stricter one."""
        own = Mode(step.mode)
        return replace(self, mode=own) if self.mode.frees_more_than(own) else self


def of(tx: Tx, connection: Connection, now: datetime) -> Rules:
    on = modes.of(tx, connection.client_id)
    return Rules(
        connection=connection,
        mode=on[Capability.REMIND],
        modes=modes.by_segment(tx, connection.client_id, Capability.REMIND),
        version=policies.current(tx, connection.client_id),
        now=now,
        by_machine={channel: on[needed] for channel, needed in modes.BY_MACHINE.items()},
    )
