"""Bringing a database to the present schema: Alembic migrations, from an empty file upwards."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from connector import db

OWNERS = (
    "access.colleagues", "access.grants", "access.installs", "agenda", "audit", "clients.meter",
    "clients.persons", "clients.sessions", "clients.sweeps", "clients.tenants",
    "commitments.payment_plans", "commitments.promises", "correspondence.letters",
    "correspondence.messages", "correspondence.tracking", "decided.approvals",
    "decided.customer_answers", "decided.decisions", "decided.edits", "decided.formal_steps",
    "decided.holds", "disputed.cases", "disputed.disputes", "evidence.aliases", "evidence.habits",
    "evidence.payouts", "evidence.remittances", "firm_news.hook_endpoints",
    "firm_news.notice_rounds", "inbound.suggestions", "late_fees.charges", "learning.backtest",
    "lease", "mail.pay_links", "mirroring.customer_addresses", "mirroring.inbox",
    "mirroring.mirror", "mirroring.name_marks", "mirroring.numbers", "money.cash",
    "money.set_aside", "next_step.whatif", "notifications.customer_news", "notifications.thanks",
    "outgoing.intents", "past.bank_files", "past.history", "phone.phone_contacts",
    "proof.discrepancies", "receiving.payout_rounds", "receiving.processor_keys",
    "receiving.waiting_mail", "recipients.consents", "recipients.contacts", "recipients.domains",
    "recipients.mail_servers", "recipients.outreach", "rules.modes", "rules.policy",
    "short_payments.prices", "taken_back.bank_returns",
)  # fmt: skip
"""The modules that own tables, by where they stand in connector/."""


def metadata() -> sa.MetaData:
    """Every table there is."""
    for owner in OWNERS:
        import_module(f"connector.{owner}")
    return db.metadata


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Apply the migrations that are missing, up to one of them or the newest."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, to)
