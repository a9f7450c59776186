"""The audit trail, which only grows.

Revises 0001; write this revision's id into migrations/HEAD.
Limits are set for every migration (env.py): lock_timeout 1 s, statement_timeout 60 s. A lock that is not had in
time ends the migration and changes nothing; run it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# An event may lose its network address, when the person it names is erased, and nothing else.
ONLY_GROWS = """
    CREATE FUNCTION audit_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.ip IS NULL AND to_jsonb(NEW) - 'ip' = to_jsonb(OLD) - 'ip' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'audit_events only grow' USING ERRCODE = 'restrict_violation';
    END
    $$
"""


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("char_length(action) <= 50", name=op.f("ck_audit_events_action_length")),
        sa.CheckConstraint("char_length(ip) <= 45", name=op.f("ck_audit_events_ip_length")),
        sa.CheckConstraint("char_length(request_id) <= 128", name=op.f("ck_audit_events_request_id_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_created_at_id", "audit_events", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_audit_events_action"), "audit_events", ["action"], unique=False)
    op.create_index(op.f("ix_audit_events_actor_id"), "audit_events", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_events_subject_id"), "audit_events", ["subject_id"], unique=False)
    op.execute(ONLY_GROWS)
    op.execute(
        "CREATE TRIGGER audit_events_only_grow BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION audit_events_only_grow()"
    )


def downgrade() -> None:
    """Change it back."""
    op.drop_table("audit_events")
    op.execute("DROP FUNCTION audit_events_only_grow()")
