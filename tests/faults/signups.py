"""Sign-ups as a steady load, and what must be true of their answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence

from tests.faults.conftest import make_codes, rows
from tests.faults.http import Answer, Caller, Load
from tests.people import PASSWORD

A_SECOND = 100


class SignUps:
    """Signs up a new address with a new code, call by call, and remembers what was acknowledged."""

    def __init__(self, caller: Caller, url: str, most: int) -> None:
        self._caller = caller
        self._codes = make_codes(url, most)
        self._url = url
        self._name = secrets.token_hex(4)
        self.acknowledged: list[str] = []

    def load(self, a_second: float = A_SECOND, threads: int = 64) -> Load:
        """A load of them."""
        return Load(self, a_second=a_second, threads=threads)

    def __call__(self, number: int) -> Answer:
        email = f"{self._name}.{number}@example.fr"
        body = {"email": email, "password": PASSWORD, "name": "Zoé", "inviteCode": self._codes[number]}
        answer = self._caller.post("/api/auth/signup", body)
        if answer.status == 201:
            self.acknowledged.append(email)
        return answer

    def lost(self) -> set[str]:
        """The acknowledged accounts that are not there."""
        found = {str(email) for (email,) in rows(self._url, "SELECT email FROM users")}
        return set(self.acknowledged) - found


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    """How many answers there are of each status."""
    return Counter(answer.status for answer in answers)
