"""What Postgres reports, told as facts of the product: by SQLSTATE and constraint name, never by class alone."""

from __future__ import annotations

import psycopg

from repositories.errors import (
    AccountTaken,
    BrokenReference,
    CodeTaken,
    Conflict,
    EmailTaken,
    InvalidValue,
    JobWaiting,
    NotFound,
    ProviderLinked,
    RepositoryError,
    StripeCustomerTaken,
    StripeSubscriptionTaken,
    SubscriptionExists,
    Unavailable,
    WriteCollision,
)

CONFLICTS: dict[str, type[Conflict]] = {
    "uq_users_email_key": EmailTaken,
    "uq_users_stripe_customer_id": StripeCustomerTaken,
    "uq_accounts_provider_provider_account_id": AccountTaken,
    "uq_accounts_user_id_provider": ProviderLinked,
    "uq_beta_invites_code": CodeTaken,
    "uq_procrastinate_jobs_key": JobWaiting,
    "uq_subscription_records_user_id": SubscriptionExists,
    "uq_subscription_records_stripe_subscription_id": StripeSubscriptionTaken,
}

BY_STATE: dict[str, type[RepositoryError]] = {
    "23503": BrokenReference,
    "23502": InvalidValue,  # NOT NULL
    "23514": InvalidValue,  # CHECK
    "42804": InvalidValue,  # a number for a boolean
    "42846": InvalidValue,  # a boolean for a number
    "54000": InvalidValue,  # longer than an index holds
    "54001": InvalidValue,  # JSON nested too deep for the server's stack
    "42501": NotFound,  # hidden by row security
    "40001": WriteCollision,  # serialization failure
    "40P01": WriteCollision,  # deadlock
    "57014": Unavailable,  # statement_timeout
    "55P03": Unavailable,  # lock_timeout
    "25P03": Unavailable,  # idle in transaction for too long
    "25006": Unavailable,  # read-only after a failover
}

# 08 connection, 22 data, 53 resources, 57 operator intervention, 58 system
BY_CLASS: dict[str, type[RepositoryError]] = {
    "08": Unavailable,
    "22": InvalidValue,
    "53": Unavailable,
    "57": Unavailable,
    "58": Unavailable,
}

# The server that says so will not take writes again on this connection.
STALE_STATES = frozenset({"25P03", "25006"})


def translate(error: psycopg.Error) -> Exception:
    """Return the fact a Postgres error stands for, or the error itself when it is a fault of the program."""
    state = error.sqlstate
    if state is None:
        return (
            InvalidValue("refused by the driver") if isinstance(error, psycopg.DataError) else Unavailable(str(error))
        )
    if state == "23505":
        name = error.diag.constraint_name or ""
        return CONFLICTS.get(name, Conflict)(name)
    known = BY_STATE.get(state) or BY_CLASS.get(state[:2])
    return known(state) if known else error
