"""A person may sign in with several vendors, and may be invited into a firm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import connector.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = op.get_bind().execute(sa.text("SELECT issuer, subject, id FROM person")).all()
    # SQLite makes the table anew, which no row elsewhere may point to: people sign in once more.
    op.execute("DELETE FROM web_session")
    with op.batch_alter_table("person") as person:
        person.drop_constraint("uq_person_issuer", type_="unique")
        person.drop_column("issuer")
        person.drop_column("subject")
    identity = op.create_table(
        "identity",
        sa.Column("issuer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_index("ix_identity_person", "identity", ["person_id"])
    op.bulk_insert(
        identity, [dict(zip(("issuer", "subject", "person_id"), row, strict=True)) for row in known]
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("reseller_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("until", connector.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_invitation_reseller_id_reseller")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM web_session")
    op.drop_table("invitation")
    ways = op.get_bind().execute(
        sa.text("SELECT min(issuer), min(subject), person_id FROM identity GROUP BY person_id")
    )
    known = ways.all()
    op.drop_index("ix_identity_person", "identity")
    op.drop_table("identity")
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("issuer", sa.String(40), nullable=False, server_default=""))
        person.add_column(sa.Column("subject", sa.String(200), nullable=False, server_default=""))
    for issuer, subject, id_ in known:
        op.get_bind().execute(
            sa.text("UPDATE person SET issuer = :issuer, subject = :subject WHERE id = :id"),
            {"issuer": issuer, "subject": subject, "id": id_},
        )
    with op.batch_alter_table("person") as person:
        person.create_unique_constraint("uq_person_issuer", ["issuer", "subject"])
