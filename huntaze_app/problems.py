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


class Unfit(Refusal):
    """The value of one field breaks a rule that has a name of its own."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)
        self.field = field
        self.rule = rule


class WrongPassword(Unfit, Kept):
    """The password given to prove who is asking is not the account's."""


class InvalidToken(Kept):
    """The link or code is unknown, spent, too old, or for something else: which of them is not told."""


class Unauthenticated(Refusal):
    """Nobody, or nobody known, is asking."""


class TokenReplayed(Unauthenticated, Kept):
    """A refresh token was used again that was spent before: its family ends, and stays ended."""


class InvalidCredentials(Unauthenticated, Kept):
    """No account has this address and password."""


class Forbidden(Refusal):
    """Whoever is asking may not."""


class FreshSignInRequired(Forbidden):
    """What was asked for needs the password, or a sign-in a few minutes old."""


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


class SwitchedOff(Refusal):
    """What was asked for needs a setting that this installation does not have."""


class UpstreamError(Refusal):
    """A service outside does not answer, or not as it should; says of itself only what may be logged."""


class WrongAttempt(Refusal):
    """What comes back from the identity provider was not begun by this browser, or too long ago."""


class IdentityRefused(Refusal):
    """The identity provider does not say who this is, or nothing that can be believed."""


class AddressUnverified(Forbidden):
    """The identity provider has not verified the address."""


class SignInFirst(Refusal):
    """An account with this address exists: its owner links the identity after signing in."""


class OtherAddress(Refusal):
    """The identity to link has another address than the account."""


class LastWayIn(Refusal):
    """Without this the user could no longer sign in."""
