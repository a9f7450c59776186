"""Passwords: Argon2id, a few at a time, and as slow for nobody as for somebody."""

from __future__ import annotations

import threading
import time

import pytest
from structlog.testing import capture_logs

from huntaze_app.problems import Overloaded
from huntaze_app.security import passwords as module
from huntaze_app.security.passwords import Passwords


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(memory_kib=64, time_cost=1, slots=2)


def test_a_hash_is_argon2id_with_the_costs_that_were_set() -> None:
    made = Passwords(memory_kib=19456, time_cost=2, slots=1).hash("secret")

    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(made) <= 255
    assert "secret" not in made


def test_the_same_password_never_has_the_same_hash(passwords: Passwords) -> None:
    assert passwords.hash("secret") != passwords.hash("secret")


@pytest.mark.parametrize("password", ["secret", " secret ", "é😀", "x" * 256, "e\u0301", "\u00e9"])
def test_only_the_very_password_matches(passwords: Passwords, password: str) -> None:
    stored = passwords.hash(password)

    assert passwords.matches(stored, password)
    assert not passwords.matches(stored, password + "x")
    assert not passwords.matches(stored, password[:-1] + "?")


def test_every_byte_of_a_long_password_counts(passwords: Passwords) -> None:
    assert not passwords.matches(passwords.hash("x" * 72 + "a"), "x" * 72 + "b")


@pytest.mark.parametrize("password", ["", "anything", "the password of no account"])
def test_nothing_matches_where_no_hash_is_stored(passwords: Passwords, password: str) -> None:
    assert not passwords.matches(None, password)


@pytest.mark.parametrize(
    "stored",
    ["", "x", "plain text", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$x$y", "$2b$12$abcdefghijklmnopqrstuv", "é\x00"],
)
def test_a_malformed_hash_matches_nothing_and_is_logged_without_it(passwords: Passwords, stored: str) -> None:
    with capture_logs() as logs:
        assert not passwords.matches(stored, "canary")

    if stored:
        assert [line["event"] for line in logs] == ["stored password hash is malformed"]
    assert "canary" not in str(logs)


def test_a_hash_with_other_costs_is_outdated(passwords: Passwords) -> None:
    assert not passwords.is_outdated(passwords.hash("secret"))
    assert passwords.is_outdated(Passwords(memory_kib=128, time_cost=1, slots=1).hash("secret"))
    assert passwords.is_outdated(Passwords(memory_kib=64, time_cost=2, slots=1).hash("secret"))


class Slow:
    """Stands for the hasher: slow, and counting how many are at it at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = 0
        self.most = 0

    def hash(self, password: str) -> str:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        return password


@pytest.mark.parametrize("slots", [1, 3])
def test_no_more_hash_at_once_than_there_are_slots(slots: int) -> None:
    made, slow = Passwords(memory_kib=64, time_cost=1, slots=slots), Slow()
    made._hasher = slow  # type: ignore[assignment]  # it is asked for nothing else
    threads = [threading.Thread(target=made.hash, args=("x",)) for _ in range(12)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert slow.most == slots


def test_who_waits_too_long_is_told_that_there_are_too_many(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAIT", 0.01)
    with passwords._turns.taken(patience=1), passwords._turns.taken(patience=1):
        with pytest.raises(Overloaded):
            passwords.hash("x")
        with pytest.raises(Overloaded):
            passwords.matches(None, "x")

    assert passwords.hash("x")


def test_a_rush_is_cut_short_for_who_only_signs_in(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "MAX_WAIT", 5.0)
    held, done = threading.Event(), threading.Event()
    made: list[str] = []

    def hold() -> None:
        with passwords._turns.taken(patience=5), passwords._turns.taken(patience=5):
            held.set()
            done.wait(5)

    holder = threading.Thread(target=hold)
    signing_up = threading.Thread(target=lambda: made.append(passwords.hash("x")))
    holder.start()
    held.wait(5)
    signing_up.start()
    with pytest.raises(Overloaded):
        passwords.matches(None, "x")
    done.set()
    holder.join()
    signing_up.join()

    assert made, "a new password was waited for"
    assert passwords.matches(made[0], "x")


def test_a_failure_gives_its_slot_back(passwords: Passwords) -> None:
    for _ in range(5):
        with pytest.raises(UnicodeEncodeError):
            passwords.hash("\ud800")

    assert passwords.hash("x")


def test_nobody_s_password_takes_as_long_as_somebody_s() -> None:
    made = Passwords(memory_kib=4096, time_cost=2, slots=1)
    stored = made.hash("secret")
    made.matches(None, "warm")

    def spent(hashed: str | None) -> float:
        started = time.thread_time()
        made.matches(hashed, "wrong")
        return time.thread_time() - started

    pairs = [(spent(stored), spent(None)) for _ in range(15)]
    known, unknown = (sorted(times)[7] for times in zip(*pairs, strict=True))

    assert 0.5 < known / unknown < 2
