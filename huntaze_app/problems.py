"""Facts of the product that end a request early. They know nothing of HTTP."""

from __future__ import annotations


class Refusal(Exception):
    """The product says no, and why."""


class Kept(Refusal):
    """A refusal whose unit commits: what it wrote down, such as the attempt itself, stays written."""


class Invalid(Refusal):
    """The input breaks a rule; `details` maps a field to its texts."""

    def __init__(self, details: dict[str, list[str]]) -> None:
        super().__init__(details)
        self.details = details


class Unauthenticated(Refusal):
    """Nobody, or nobody known, is asking."""


class InvalidCredentials(Unauthenticated, Kept):
    """No account has this address and password."""


class Forbidden(Refusal):
    """Whoever is asking may not."""


class InviteRequired(Forbidden):
    """No valid invitation lets this address in."""


class CsrfFailed(Forbidden):
    """The request was made by another site."""


class RateLimited(Refusal):
    """Too often in too short a time; the same request works `retry_after` seconds later."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class UntrustedHost(Refusal):
    """The request was made to a host that is not ours."""


class Overloaded(Refusal):
    """There is too much to do right now; the same request works later."""
