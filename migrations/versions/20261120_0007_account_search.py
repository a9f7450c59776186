"""What administrators look accounts up by: the name in the form compared, and the order of the list.

Revises 0006; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from repositories.entities.values import folded

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAMES = sa.text("SELECT id, name FROM users WHERE name_key = ''")
NAME = sa.text("UPDATE users SET name_key = :key WHERE id = :id")


def upgrade() -> None:
    """Change the schema."""
    # with a default, so that the release before this one can go on adding accounts
    op.add_column("users", sa.Column("name_key", sa.Text(), server_default="", nullable=False))
    if op.get_context().as_sql:  # a script for review cannot look at the names
        op.execute("UPDATE users SET name_key = lower(normalize(name, NFKC))")
    else:
        _fold_names(op.get_bind())
    op.create_index(
        "ix_users_created_at_id",
        "users",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def _fold_names(connection: sa.Connection) -> None:
    found = [{"id": row.id, "key": folded(row.name)} for row in connection.execute(NAMES)]
    if found:
        connection.execute(NAME, found)


def downgrade() -> None:
    """Change it back."""
    op.drop_index("ix_users_created_at_id", table_name="users", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_column("users", "name_key")
