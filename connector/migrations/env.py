"""Where Alembic finds the database and the tables."""

from __future__ import annotations

from alembic import context

from connector import schema

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=schema.metadata(), render_as_batch=True,
        compare_type=True,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
