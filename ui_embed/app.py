"""The web application: the doors and the pages, behind the same headers and the same guards."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from connector.deps import Deps
from ui_embed import (
    aging,
    applied,
    audit,
    bank_columns,
    callback,
    capabilities,
    casework,
    charges,
    conceding,
    contacts,
    customer,
    customers,
    deductions,
    discrepancies,
    disputes,
    drafts,
    firm,
    headers,
    health,
    home,
    install,
    key_accounts,
    launch,
    layout,
    learned,
    leaving,
    letters,
    meter,
    notices,
    outcomes,
    pauses,
    payment_plans,
    people,
    plan,
    policy,
    portal,
    promising,
    refusals,
    replies,
    segments,
    sending,
    session,
    setting_aside,
    shadow,
    splitting,
    statements,
    status,
    today,
    wording,
    worklist,
)
from ui_embed.secret import secret_key
from webhooks import ledgers, mail, parts, telephone, tracking

BODY_BYTES_MAX = 1_000_000
OUTSIDE = (
    ledgers.door, mail.door, telephone.door, tracking.door, leaving.pages, portal.pages,
)  # fmt: skip
"""What is not opened from a page of ours, and so has no token of one."""
PAGES = (
    home, firm, people, install, callback, launch, status, today, applied, plan, worklist, aging,
    outcomes, audit, meter, capabilities, policy, wording, sending, statements, bank_columns,
    deductions,
    conceding, letters, customers, customer, charges, disputes, pauses, payment_plans, drafts,
    shadow, notices, replies, casework, learned, splitting, setting_aside, discrepancies,
    key_accounts, segments, promising, contacts,
)  # fmt: skip


def create_app(deps: Deps) -> Flask:
    """A WSGI application on these parts."""
    app = Flask("ui_embed")
    https = deps.config.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=secret_key(deps.config),
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
    )
    parts.equip(app, deps)
    headers.guard(app, https=https)
    app.before_request(statements.allow_large)
    session.guard(app, https=https)
    csrf = CSRFProtect(app)  # type: ignore[no-untyped-call]
    Bootstrap5(app)  # type: ignore[no-untyped-call]
    layout.dress(app)
    refusals.catch(app)
    for door in OUTSIDE:
        app.register_blueprint(door)
        csrf.exempt(door)  # type: ignore[no-untyped-call]
    app.register_blueprint(health.pages)
    for module in PAGES:
        app.register_blueprint(module.pages)
    return app
