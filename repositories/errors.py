"""Facts a store can report. They know nothing of HTTP, nor of the backend that found them."""

from __future__ import annotations


class RepositoryError(Exception):
    """Something a unit of work could not do."""


class NotFound(RepositoryError):
    """The row asked for does not exist, or is hidden."""


class Conflict(RepositoryError):
    """The write contradicts a row that exists; nothing was written and the unit is still usable."""

    field: str | None = None


class BrokenReference(RepositoryError):
    """The write names a row that does not exist."""


class InvalidValue(RepositoryError):
    """The value cannot be stored: NUL, lone surrogate, too long, out of range."""


class ReadOnlyUnit(RepositoryError):
    """A unit opened for reading was asked to write: a mistake in the program."""


class Unavailable(RepositoryError):
    """The backend cannot answer now."""


class Transient(RepositoryError):
    """The whole unit was undone by no fault of its own, and may be tried again."""


class WriteCollision(Transient, Unavailable):
    """A serialization failure or a deadlock undid the unit."""


class ConnectionLost(Transient, Unavailable):
    """The connection broke before COMMIT was sent: nothing was written."""


class OutcomeUnknown(Unavailable):
    """The connection broke while COMMIT was under way: it may or may not have happened."""


class EmailTaken(Conflict):
    """Another account that is not deleted holds this address."""

    field = "email"


class AccountTaken(Conflict):
    """This account at the provider signs in as somebody else."""


class ProviderLinked(Conflict):
    """The user has an account at this provider that signs in as her."""


class StripeCustomerTaken(Conflict):
    """Another account is linked to this Stripe customer."""

    field = "stripe_customer_id"


class CodeTaken(Conflict):
    """An invitation with this code exists."""

    field = "code"


class InviteUsed(Conflict):
    """The invitation has been used and can no longer be revoked."""


class LastAdmin(Conflict):
    """Nobody else is an active administrator: this account has to stay one."""


class JobWaiting(Conflict):
    """A job with this key waits or runs."""

    field = "key"


class TooManyKeys(Conflict):
    """The owner has as many API keys as one may have."""


class KeyReplaced(Conflict):
    """The API key has a successor."""


class SubscriptionExists(Conflict):
    """The user has a subscription record."""

    field = "user_id"


class StripeSubscriptionTaken(Conflict):
    """Another record holds this Stripe subscription."""

    field = "stripe_subscription_id"
