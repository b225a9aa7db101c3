"""Bringing a database to the present schema: Alembic migrations, from an empty file upwards."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from connector import db

OWNERS = (
    "agenda", "aliases", "approvals", "audit", "backtest", "bank_files", "bank_returns", "cases",
    "cash", "charges", "colleagues", "consents", "contacts", "customer_addresses",
    "customer_answers", "customer_news",
    "decisions", "discrepancies", "disputes", "domains", "edits", "formal_steps", "grants",
    "habits", "history", "holds", "hook_endpoints", "inbox", "installs", "intents", "lease",
    "letters", "mail_servers", "messages", "meter", "mirror", "modes", "name_marks",
    "notice_rounds", "numbers", "outreach", "pay_links", "payment_plans", "payout_rounds",
    "payouts", "persons", "phone_contacts", "policy", "prices", "processor_keys", "promises",
    "remittances", "sessions", "set_aside", "suggestions", "sweeps", "tenants", "thanks",
    "tracking", "waiting_mail", "whatif",
)  # fmt: skip
"""The modules that own tables."""


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
