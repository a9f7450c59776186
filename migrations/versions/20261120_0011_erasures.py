"""When an account is to be erased.

Revises 0010; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IS_DELETED = sa.text("deleted_at IS NOT NULL")
IS_TO_GO = sa.text("erase_at IS NOT NULL")


def upgrade() -> None:
    """Change the schema."""
    op.add_column("users", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_users_deleted_at", "users", ["deleted_at"], unique=False, postgresql_where=IS_DELETED)
    op.create_index("ix_users_erase_at", "users", ["erase_at"], unique=False, postgresql_where=IS_TO_GO)


def downgrade() -> None:
    """Change it back."""
    op.drop_index("ix_users_erase_at", table_name="users", postgresql_where=IS_TO_GO)
    op.drop_index("ix_users_deleted_at", table_name="users", postgresql_where=IS_DELETED)
    op.drop_column("users", "erase_at")
