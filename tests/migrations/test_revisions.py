"""Migrations: up, down and up again; what they make is what the models say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from huntaze_app.factory import MIGRATIONS
from repositories.postgres.errors import CONFLICTS
from repositories.postgres.models import db
from tests.migrations.conftest import Migrate

SCHEMA = """
    SELECT 'column', table_name, column_name, data_type, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
"""

Schema = set[tuple[Any, ...]]


def schema_of(engine: Engine) -> Schema:
    """Every column, constraint and index, but for those of Alembic's own table."""
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text(SCHEMA))}
    return {row for row in found if row[1] != "alembic_version"}


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether Alembic is to compare it with the models."""
    return kind != "table" or not str(name).startswith("procrastinate_")


def ours(schema: Schema) -> Schema:
    """What our models say; the tables of the job queue are procrastinate's."""
    return {row for row in schema if not row[1].startswith("procrastinate_")}


def test_there_is_one_head_and_the_head_file_names_it(script: ScriptDirectory) -> None:
    (head,) = script.get_heads()

    assert (MIGRATIONS / "HEAD").read_text() == f"{head}\n"


def test_each_revision_has_a_predecessor_but_the_first(script: ScriptDirectory) -> None:
    revisions = list(script.walk_revisions())

    assert [revision.down_revision for revision in revisions].count(None) == 1
    assert all(re.fullmatch(r"\d{4}", revision.revision) for revision in revisions)
    assert all(revision.doc and "please adjust" not in revision.doc for revision in revisions)


def test_every_revision_goes_up_down_and_up_again(
    script: ScriptDirectory, engine: Engine, upgrade: Migrate, downgrade: Migrate
) -> None:
    assert schema_of(engine) == set()
    for revision in reversed(list(script.walk_revisions())):
        before = schema_of(engine)
        upgrade(revision.revision)
        after = schema_of(engine)
        assert after != before

        downgrade("-1")
        assert schema_of(engine) == before

        upgrade(revision.revision)
        assert schema_of(engine) == after


def test_all_the_way_down_leaves_nothing(engine: Engine, upgrade: Migrate, downgrade: Migrate) -> None:
    upgrade("head")
    downgrade("base")

    assert schema_of(engine) == set()
    with engine.connect() as connection:
        types = connection.execute(text("SELECT typname FROM pg_type WHERE typtype = 'e'")).all()
    assert types == []


def test_migrating_twice_changes_nothing(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")
    before = schema_of(engine)

    upgrade("head")

    assert schema_of(engine) == before


def test_the_models_say_what_the_migrations_make(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_name": is_ours}
        )
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_the_checks_of_the_models_are_those_of_the_migrations(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")
    migrated = {row for row in ours(schema_of(engine)) if row[0] == "constraint"}

    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        db.metadata.create_all(connection)

    assert {row for row in schema_of(engine) if row[0] == "constraint"} == migrated
    assert len(migrated) > 30


def test_every_constraint_that_is_a_fact_of_the_product_exists_and_is_unique(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")
    looked = inspect(engine)

    unique = {
        index["name"] for table in looked.get_table_names() for index in looked.get_indexes(table) if index["unique"]
    }

    assert CONFLICTS.keys() <= unique


def test_one_address_is_unique_among_accounts_that_are_not_deleted(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")

    (definition,) = (row[3] for row in schema_of(engine) if row[2] == "uq_users_email_key")

    assert "UNIQUE INDEX" in definition
    assert definition.endswith("(email_key) WHERE (deleted_at IS NULL)")


def test_every_reference_has_an_index_for_when_its_target_goes(engine: Engine, upgrade: Migrate) -> None:
    upgrade("head")
    looked = inspect(engine)

    for table in looked.get_table_names():
        indexed = {index["column_names"][0] for index in looked.get_indexes(table)}
        for reference in looked.get_foreign_keys(table):
            assert set(reference["constrained_columns"]) <= indexed, (table, reference["name"])


@pytest.mark.parametrize("table", sorted(db.metadata.tables))
def test_every_time_knows_its_zone_and_every_name_is_given(table: str) -> None:
    for column in db.metadata.tables[table].columns:
        if column.name.endswith("_at"):
            assert getattr(column.type, "timezone", None) is True, column
    assert all(constraint.name for constraint in db.metadata.tables[table].constraints)
