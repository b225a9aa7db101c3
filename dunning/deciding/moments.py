"""When anything comes next for an account."""

from __future__ import annotations

from datetime import datetime

from dunning.deciding.desk import Desk


def next_due(desk: Desk, now: datetime) -> datetime | None:
    """The first moment from now on (aware UTC) at which a step is due and may be taken."""
    moment = desk.rested_at(now)
    while True:
        found = desk.progress(moment)
        ahead = [one.next_at for one in found if one.next_at is not None]
        if sending := desk.sending(found):
            opens = sending.next_open(moment)
            if opens is None or opens == moment:
                return moment
            ahead.append(opens)
        if not ahead:
            return None
        moment = min(ahead)


def next_formal(desk: Desk, now: datetime) -> datetime | None:
    """When (aware UTC) an invoice comes to a formal step, if that is before the customer may be
    written to again; None where it is not."""
    moment, rested = now, desk.rested_at(now)
    while moment < rested:
        found = desk.progress(moment)
        times = [one.next_at for one in found if one.next_at is not None]
        times += [desk.left_alone(one) for one in found if desk.is_formal(one)]
        ahead = [at for at in times if moment < at < rested]
        if not ahead:
            return None
        moment = min(ahead)
        if desk.formal(moment):
            return moment
    return None
