"""Looks for rows that must not exist, whatever was killed in between. `scripts/invariants` sets up and runs it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import psycopg

from config.local_database import with_local_database
from config.settings import Settings, SettingsError

# What must hold -> the rows that break it.
ALWAYS: Mapping[str, str] = {
    "an address has one account that is not deleted": """
        SELECT email_key, count(*) FROM users WHERE deleted_at IS NULL GROUP BY email_key HAVING count(*) > 1""",
    "an account has a subscription": """
        SELECT id, email FROM users
        WHERE NOT EXISTS (SELECT FROM subscription_records WHERE user_id = users.id)""",
    "an account has at most one subscription": """
        SELECT user_id, count(*) FROM subscription_records GROUP BY user_id HAVING count(*) > 1""",
    "a session belongs to an account that is not deleted": """
        SELECT sessions.id, users.email FROM sessions LEFT JOIN users ON users.id = sessions.user_id
        WHERE users.id IS NULL OR users.deleted_at IS NOT NULL""",
    "a session belongs to an account that is active": """
        SELECT sessions.id, users.id FROM sessions JOIN users ON users.id = sessions.user_id
        WHERE NOT users.is_active""",
    "one of the administrators, if there ever was one, is active": """
        SELECT count(*) FROM users WHERE role = 'ADMIN'
        HAVING count(*) > 0 AND NOT bool_or(is_active AND deleted_at IS NULL)""",
    "a session ends 7 days after it began": """
        SELECT id, created_at, expires_at FROM sessions WHERE expires_at <> created_at + interval '7 days'""",
    "a family of refresh tokens has at most one live token": """
        SELECT family_id, count(*) FROM refresh_tokens
        WHERE used_at IS NULL AND revoked_at IS NULL GROUP BY family_id HAVING count(*) > 1""",
    "a refresh token has at most one child": """
        SELECT parent_id, count(*) FROM refresh_tokens WHERE parent_id IS NOT NULL
        GROUP BY parent_id HAVING count(*) > 1""",
    "a family of refresh tokens is revoked as a whole, and ends as one": """
        SELECT family_id FROM refresh_tokens GROUP BY family_id
        HAVING count(revoked_at) NOT IN (0, count(*)) OR count(DISTINCT (expires_at, user_id)) > 1""",
    "a live refresh token belongs to an account that is not deleted": """
        SELECT refresh_tokens.id, users.id FROM refresh_tokens LEFT JOIN users ON users.id = refresh_tokens.user_id
        WHERE revoked_at IS NULL AND (users.id IS NULL OR users.deleted_at IS NOT NULL)""",
    "an API key that is not revoked belongs to an account that is not deleted": """
        SELECT api_keys.id, users.id FROM api_keys LEFT JOIN users ON users.id = api_keys.user_id
        WHERE revoked_at IS NULL AND (users.id IS NULL OR users.deleted_at IS NOT NULL)""",
    "an account has at most 20 API keys that are neither revoked nor replaced": """
        SELECT user_id, count(*) FROM api_keys WHERE revoked_at IS NULL AND replaced_by IS NULL
        GROUP BY user_id HAVING count(*) > 20""",
    "an invitation that somebody used has a time of use": """
        SELECT id, code FROM beta_invites WHERE used_by IS NOT NULL AND used_at IS NULL""",
    "an account used at most one invitation": """
        SELECT used_by, count(*) FROM beta_invites WHERE used_by IS NOT NULL GROUP BY used_by HAVING count(*) > 1""",
    "a mail is settled once": """
        SELECT id, event FROM mails WHERE sent_at IS NOT NULL AND dropped_at IS NOT NULL""",
    "an event is told once": """
        SELECT event, count(*) FROM mails GROUP BY event HAVING count(*) > 1""",
    "a settled mail has forgotten whom it was for and what it said": """
        SELECT id, event FROM mails
        WHERE (sent_at IS NOT NULL OR dropped_at IS NOT NULL) AND (recipient IS NOT NULL OR values <> '{}')""",
    "a mail that waits has a job, or somebody to look at one": """
        SELECT id, event FROM mails WHERE sent_at IS NULL AND dropped_at IS NULL AND NOT EXISTS (
            SELECT FROM procrastinate_jobs WHERE args -> 'arguments' ->> 'mail_id' = mails.id::text)""",
    "a job that was done is gone": """
        SELECT id, task_name, status FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing', 'failed')""",
    "an invitation was not used before it was made": """
        SELECT id, code FROM beta_invites WHERE used_at < created_at""",
}

# Erasing an account leaves its invitation used, by nobody: this one holds where none was erased.
UNLESS_ERASED: Mapping[str, str] = {
    "a used invitation names its account": """
        SELECT id, code FROM beta_invites WHERE used_at IS NOT NULL AND used_by IS NULL""",
}


def violations(url: str, invariants: Mapping[str, str] = ALWAYS) -> list[str]:
    """Return a line for each invariant that does not hold, with the first of the rows that break it."""
    lines = []
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")  # one moment for all
        for sentence, query in invariants.items():
            rows = connection.execute(query.encode()).fetchmany(5)
            if rows:
                lines.append(f"{sentence}, but: {'; '.join(map(str, rows))}")
    return lines


def main() -> None:
    """Check the database of DATABASE_URL, or the embedded one; exit 1 when something does not hold."""
    try:
        settings = with_local_database(Settings.from_env(os.environ))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    if settings.database_url is None:
        raise SystemExit("No route is on Postgres: there is nothing to check.")
    broken = violations(settings.database_url)
    for line in broken:
        print(f"FAIL  {line}")
    orphans = violations(settings.database_url, UNLESS_ERASED)
    for line in orphans:
        print(f"note  {line} (right, if those accounts were erased)")
    print(f"{len(ALWAYS) - len(broken)} of {len(ALWAYS)} invariants hold")
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
