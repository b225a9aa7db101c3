"""Is everything in order? Every part is really tried, and what is wrong is said with its mend."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError

from connector import lease, schema, vault
from connector.clients import tenants
from connector.clients.tenants import State
from connector.deps import Deps
from connector.mirroring import inbox
from connector.phone import telephone_line
from connector.proof import discrepancies
from connector.queues import live_workers
from connector.receiving import payout_rounds, payout_sources, processor_keys
from connector.recipients import domains, mail_servers
from connector.redis_server import RedisUnavailable, redis_for
from connector.rules import policy
from dunning.rules.policy import DunningPolicy
from providers.errors import LedgerError
from providers.registry import LEDGERS
from providers.twilio.client import Twilio

SMTP_SECONDS_MAX = 5
TRACKING = ("track_opens", "track_clicks", "portal")


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is fine, missing (works without it, but less) or broken."""

    part: str
    state: str
    what: str


def examine(deps: Deps) -> list[Finding]:
    checks: tuple[Callable[[Deps], Finding], ...] = (
        _database, _redis, _workers, _vault, _vendors, _mail, _sending, _links, _telephone,
        _connections,
        _inbox, _money, _bank_folder, _payouts,
    )  # fmt: skip
    return [_tried(check, deps) for check in checks]


def _tried(check: Callable[[Deps], Finding], deps: Deps) -> Finding:
    try:
        return check(deps)
    except sa.exc.SQLAlchemyError:
        part = check.__name__.strip("_")
        return Finding(part, "broken", "unknown: the database cannot be read")


def _database(deps: Deps) -> Finding:
    try:
        with deps.reading() as tx:
            present = set(sa.inspect(tx).get_table_names())
    except sa.exc.SQLAlchemyError as error:
        return Finding("database", "broken", f"{type(error).__name__}: check the address")
    missing = sorted(set(schema.metadata().tables) - present)
    if missing:
        return Finding("database", "broken", "tables are missing; run `ledgerhand db upgrade`")
    return Finding("database", "fine", deps.engine.dialect.name)


def _redis(deps: Deps) -> Finding:
    try:
        server = redis_for(deps.config.data_dir, deps.config.redis_url)
        Redis.from_url(server.url, socket_connect_timeout=1).ping()
    except (RedisError, RedisUnavailable) as error:
        return Finding("redis", "broken", f"{error}; nothing is lost, but work waits")
    return Finding("redis", "fine", "our own" if server.own else "as configured")


def _workers(deps: Deps) -> Finding:
    try:
        found = live_workers(redis_for(deps.config.data_dir, deps.config.redis_url).url)
    except (RedisError, RedisUnavailable):
        return Finding("workers", "broken", "unknown: Redis is away")
    idle = [job for job, count in found.items() if not count]
    if idle:
        return Finding("workers", "missing", f"nobody serves {', '.join(idle)}; `ledgerhand up`")
    return Finding("workers", "fine", ", ".join(f"{job} {n}" for job, n in found.items()))


def _vault(deps: Deps) -> Finding:
    try:
        keys = deps.config.keys
    except ValueError as error:
        return Finding("vault", "broken", str(error))
    if not keys:
        mend = "LEDGERHAND_VAULT_KEYS is empty; make a key with `ledgerhand vault new-key`"
        return Finding("vault", "broken", mend)
    sealed = vault.Vault(keys).seal("try", place="doctor")
    assert vault.Vault(keys).open(sealed, place="doctor") == "try"
    return Finding("vault", "fine", f"{len(keys)} keys, newest {next(iter(keys))}")


def _vendors(deps: Deps) -> Finding:
    missing = [
        f"LEDGERHAND_{name.upper()}_{part.upper()}"
        for name in LEDGERS
        for part in ("client_id", "client_secret", "webhook_key")
        if not getattr(deps.config.vendor(name), part)
    ]
    if missing:
        return Finding("vendors", "missing", f"not set: {', '.join(missing)}")
    return Finding("vendors", "fine", ", ".join(entry.title for entry in LEDGERS.values()))


def _mail(deps: Deps) -> Finding:
    config = deps.config
    try:
        with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=SMTP_SECONDS_MAX) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        where = f"{config.smtp_host}:{config.smtp_port}"
        return Finding("mail", "broken", f"{where}: {error}; set LEDGERHAND_SMTP_HOST and _PORT")
    return Finding("mail", "fine", f"{config.smtp_host}:{config.smtp_port}")


def _sending(deps: Deps) -> Finding:
    """Our own address is looked at now; the clients' own as they were found last night."""
    try:
        with deps.reading() as tx:
            senders = domains.senders(tx, deps.config)
        domains.refresh(deps, senders[0].domain)
        with deps.reading() as tx:
            answers = [domains.may_send(tx, deps.config, s, deps.now()) for s in senders]
            own = mail_servers.count(tx)
    except sa.exc.SQLAlchemyError:
        return Finding("sending", "broken", "unknown: see the database")
    held = [answer.text for answer in answers if not answer.allowed]
    if held:
        more = f" And {len(held) - 1} more: `ledgerhand domain list`." if len(held) > 1 else ""
        return Finding("sending", "broken", f"{held[0]}{more}")
    through = f" {own} clients have a mail server of their own." if own else ""
    return Finding("sending", "fine", f"{answers[0].why}{through}")


def _telephone(deps: Deps) -> Finding:
    config, missing = deps.config, telephone_line.missing(deps.config)
    if len(missing) == len(telephone_line.VARIABLES):
        return Finding("telephone", "missing", "no texts and no calls; see providers/twilio/README")
    if missing:
        return Finding("telephone", "broken", f"not set: {', '.join(missing)}")
    try:
        with deps.http() as http:
            twilio = Twilio(
                http, account=config.twilio_account_sid, token=config.twilio_auth_token,
                base=config.twilio_base,
            )  # fmt: skip
            name = twilio.check()
    except LedgerError as error:
        return Finding("telephone", "broken", f"{error}; see LEDGERHAND_TWILIO_ACCOUNT_SID")
    return Finding("telephone", "fine", f"{config.twilio_number} of {name}")


def _links(deps: Deps) -> Finding:
    """Addresses in mails that customers can reach us at."""
    url = deps.config.public_url
    if url:
        return Finding("links in mails", "fine", url)
    with deps.reading() as tx:
        rules = [policy.current(tx, client.id).policy.dunning for client in tenants.clients(tx)]
    mend = "set LEDGERHAND_BASE_URL to the https address at which customers reach the pages"
    if any(_tracks(one) for one in rules):
        return Finding(
            "links in mails",
            "broken",
            f"opens and clicks are not tracked, and no account page is linked; {mend}",
        )
    return Finding("links in mails", "missing", f"reminders offer no way to unsubscribe; {mend}")


def _tracks(rules: DunningPolicy) -> bool:
    """Whether a mail is to carry addresses of ours, at any customer."""
    changes = [segment.change for segment in rules.segments]
    changes += [rules.model_dump(include={*TRACKING}), *rules.customers.values()]
    return any(change.get(name) for change in changes for name in TRACKING)


def _connections(deps: Deps) -> Finding:
    with deps.reading() as tx:
        known = tenants.connections(tx)
        late = lease.at_work(tx, deps.clock.real())
    lost = [c.name for c in known if c.state is State.RECONNECT]
    if lost:
        return Finding("connections", "broken", f"must be connected again: {', '.join(lost)}")
    return Finding("connections", "fine", f"{len(known)}, {len(late)} at work now")


def _inbox(deps: Deps) -> Finding:
    with deps.reading() as tx:
        oldest = inbox.oldest_waiting(tx)
    if oldest is None:
        return Finding("inbox", "fine", "empty")
    minutes = (deps.now() - oldest).total_seconds() / 60
    state = "fine" if minutes < 15 else "broken"  # noqa: PLR2004
    return Finding("inbox", state, f"the oldest hint waits for {minutes:.0f} minutes")


def _money(deps: Deps) -> Finding:
    """Whether the last proof of each company accounted for all of its money."""
    with deps.reading() as tx:
        known = tenants.connections(tx)
        open_ = {c.name: len(discrepancies.unexplained(tx, c.id)) for c in known}
    broken = [f"{name}: {many} receipts" for name, many in open_.items() if many]
    if broken:
        mend = "`ledgerhand report conservation CLIENT` names them; their money is not applied"
        return Finding("money", "broken", f"does not add up ({'; '.join(broken)}); {mend}")
    return Finding("money", "fine", "all of it was accounted for when it was last proved")


def _bank_folder(deps: Deps) -> Finding:
    folder = deps.config.bank_folder
    if folder is None:
        return Finding("bank folder", "missing", "none is named; bank files come by upload only")
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return Finding("bank folder", "broken", f"{folder} is no folder that can be written to")
    return Finding("bank folder", "fine", str(folder))


def _payouts(deps: Deps) -> Finding:
    """Rounds of companies that were given back are over."""
    with deps.reading() as tx:
        known = [c for c in tenants.connections(tx) if c.state is not State.DISCONNECTED]
        keys = processor_keys.count(tx)
        failing = [
            f"{c.name}, {name}: {one.told} (next try {one.next_at:%d %b %H:%M} UTC)"
            for c in known
            for name, one in payout_rounds.of(tx, c.id).items()
            if one.fails
        ]
    general = payout_sources.of_settings(deps.config)
    if failing:
        return Finding("payouts", "broken", "; ".join(failing))
    if general and len(known) > 1:
        mend = (
            f"the settings' key for {', '.join(general)} names none of {len(known)} companies and"
            " is not used by itself; store each one's own with `ledgerhand payouts key`"
        )
        return Finding("payouts", "missing", mend)
    count = keys + len(general) * bool(known)
    hours = payout_rounds.EVERY.total_seconds() / 3600
    told = f"{count} accounts, read every {hours:.0f} hours" if count else "no processor has a key"
    return Finding("payouts", "fine", told)
