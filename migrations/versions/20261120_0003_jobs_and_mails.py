"""Jobs and mails: procrastinate's schema, with the unique keys of ours, and the table of mails.

Revises 0002; write this revision's id into migrations/HEAD.
procrastinate's SQL is kept as it was at this version: a later one brings a revision of its own.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parents[1] / "procrastinate" / "3.10.0.sql"

# What it makes, the other way round.
TABLES = ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers")
FUNCTIONS = (
    "procrastinate_prune_stalled_workers_v1",
    "procrastinate_update_heartbeat_v1",
    "procrastinate_unregister_worker_v1",
    "procrastinate_register_worker_v1",
    "procrastinate_unlink_periodic_defers_v1",
    "procrastinate_trigger_abort_requested_events_procedure_v1",
    "procrastinate_trigger_function_scheduled_events_v1",
    "procrastinate_trigger_function_status_events_update_v1",
    "procrastinate_trigger_function_status_events_insert_v1",
    "procrastinate_notify_queue_abort_job_v1",
    "procrastinate_notify_queue_job_inserted_v1",
    "procrastinate_retry_job_v2",
    "procrastinate_retry_job_v1",
    "procrastinate_cancel_job_v1",
    "procrastinate_finish_job_v1",
    "procrastinate_defer_periodic_job_v2",
    "procrastinate_defer_jobs_v1",
)
TYPES = ("procrastinate_job_to_defer_v1", "procrastinate_job_event_type", "procrastinate_job_status")


def upgrade() -> None:
    """Change the schema."""
    op.execute(sa.text(SCHEMA.read_text()))
    jobs = "procrastinate_jobs"
    op.create_check_constraint(op.f("ck_procrastinate_jobs_key_length"), jobs, "char_length(args ->> 'key') <= 200")
    op.create_index("uq_procrastinate_jobs_id", jobs, [sa.text("(args ->> 'id')")], unique=True)
    op.create_index(
        "uq_procrastinate_jobs_key",
        jobs,
        [sa.text("(args ->> 'key')")],
        unique=True,
        postgresql_where=sa.text("status IN ('todo', 'doing')"),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(event) <= 200", name=op.f("ck_mails_event_length")),
        sa.CheckConstraint("char_length(locale) <= 10", name=op.f("ck_mails_locale_length")),
        sa.CheckConstraint("char_length(recipient) <= 254", name=op.f("ck_mails_recipient_length")),
        sa.CheckConstraint("char_length(template) <= 50", name=op.f("ck_mails_template_length")),
        sa.CheckConstraint("sent_at IS NULL OR dropped_at IS NULL", name=op.f("ck_mails_settled_once")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mails_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("event", name=op.f("uq_mails_event")),
    )
    op.create_index(op.f("ix_mails_created_at"), "mails", ["created_at"], unique=False)
    op.create_index(op.f("ix_mails_user_id"), "mails", ["user_id"], unique=False)


def downgrade() -> None:
    """Change it back."""
    op.drop_table("mails")
    op.execute("DROP FUNCTION procrastinate_fetch_job_v2")  # it returns a row of the table of jobs
    for table in TABLES:
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for name in TYPES:
        op.execute(f"DROP TYPE {name}")
