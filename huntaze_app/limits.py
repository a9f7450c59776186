"""Which actions are limited, to how much in how long, and by whom it is counted. A view says `@limited(*SIGN_IN)`.

Where an action has several limits, the caller's address comes first: who is stopped there spends nobody else's budget.
The JSON route and the page of an action name the same limits, and so share them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MINUTE = 60
HOUR = 3600


class By(StrEnum):
    """Whose hits are counted together."""

    ADDRESS = "address"  # the network address a request comes from
    EMAIL = "email"  # the e-mail address a request names, whether or not somebody has it
    CALLER = "caller"  # the user who is signed in; the network address of who is not


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `budget` in any `seconds`."""

    name: str  # limits of the same name share what they count
    budget: int
    seconds: int
    by: By
    is_forgiving: bool = False  # a success clears the count
    is_open: bool = False  # lets everybody in while nobody can count, instead of nobody

    @property
    def window(self) -> timedelta:
        """The length of time that is looked at."""
        return timedelta(seconds=self.seconds)


# D4, D8: ten wrong passwords, and nobody gets in by password for five minutes, not even with the right one.
_PASSWORD = Limit("password", 10, 5 * MINUTE, By.EMAIL, is_forgiving=True)
_PASSWORD_ADDRESS = Limit("password-address", 100, 5 * MINUTE, By.ADDRESS)

SIGN_IN = (_PASSWORD_ADDRESS, _PASSWORD)
TOKEN = SIGN_IN  # the same password, at another door
SIGN_UP = (Limit("sign-up-address", 20, HOUR, By.ADDRESS),)
REFRESH = (Limit("refresh-address", 120, MINUTE, By.ADDRESS),)
MAGIC_LINK = (Limit("magic-link-address", 3, HOUR, By.ADDRESS), Limit("magic-link", 3, HOUR, By.EMAIL))
MAGIC_LINK_VERIFY = (
    Limit("magic-link-verify-address", 30, 10 * MINUTE, By.ADDRESS),
    Limit("magic-link-verify", 10, 10 * MINUTE, By.EMAIL),
)
PASSWORD_FORGOT = (Limit("forgot-address", 3, HOUR, By.ADDRESS), Limit("forgot", 3, HOUR, By.EMAIL))
PASSWORD_RESET = (Limit("reset-address", 20, HOUR, By.ADDRESS),)
PASSWORD_CONFIRM = (Limit("password-confirm", 10, 5 * MINUTE, By.CALLER, is_forgiving=True),)  # change, deletion
GOOGLE = (Limit("google-address", 30, 10 * MINUTE, By.ADDRESS),)
WAITLIST = (Limit("waitlist-address", 10, HOUR, By.ADDRESS),)
EXPORT = (Limit("export", 5, HOUR, By.CALLER),)
API_KEYS = (Limit("api-keys", 20, HOUR, By.CALLER),)


def default_limit(budget: int, seconds: int) -> Limit:
    """Return the limit of everything under /api, which stays open while nobody can count."""
    return Limit("api", budget, seconds, By.CALLER, is_open=True)
