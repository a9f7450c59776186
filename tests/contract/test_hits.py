"""Hits: exactly as many are let in as a budget says, whoever else calls, and none before its time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from repositories.entities.hits import Tally
from repositories.interfaces.hits import HitRepository
from repositories.memory.hits import MemoryHitRepository
from tests.conftest import postgres_hits
from tests.faults.http import at_once

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WINDOW = timedelta(seconds=10)
INSTANT = timedelta(microseconds=1)
KEY = b"k" * 16
OTHER = b"o" * 16


def take(hits: HitRepository, key: bytes, budget: int, _: int) -> Tally:
    return hits.take(key, budget, WINDOW, AT)


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_budget_is_let_in_and_no_more(hits: HitRepository) -> None:
    tallies = [hits.take(KEY, 3, WINDOW, AT) for _ in range(5)]

    assert [tally.is_let_in for tally in tallies] == [True, True, True, False, False]
    assert [tally.remaining for tally in tallies] == [2, 1, 0, 0, 0]
    assert {tally.frees_at for tally in tallies} == {AT + WINDOW}


def test_keys_do_not_share_their_budgets(hits: HitRepository) -> None:
    assert hits.take(KEY, 1, WINDOW, AT).is_let_in
    assert hits.take(OTHER, 1, WINDOW, AT).is_let_in
    assert not hits.take(KEY, 1, WINDOW, AT).is_let_in


def test_the_window_ends_on_the_instant(hits: HitRepository) -> None:
    hits.take(KEY, 1, WINDOW, AT)

    assert not hits.take(KEY, 1, WINDOW, AT + WINDOW - INSTANT).is_let_in
    assert hits.take(KEY, 1, WINDOW, AT + WINDOW).is_let_in


def test_the_window_moves_with_each_hit(hits: HitRepository) -> None:
    for seconds in (0, 4, 8):
        assert hits.take(KEY, 3, WINDOW, after(seconds)).is_let_in

    refused = hits.take(KEY, 3, WINDOW, after(9))
    assert (refused.is_let_in, refused.frees_at) == (False, after(10))
    let_in = hits.take(KEY, 3, WINDOW, after(10))
    assert (let_in.is_let_in, let_in.remaining, let_in.frees_at) == (True, 0, after(14))
    assert not hits.take(KEY, 3, WINDOW, after(13.9)).is_let_in
    assert hits.take(KEY, 3, WINDOW, after(14)).is_let_in


def test_waiting_as_long_as_told_works_whatever_was_tried_meanwhile(hits: HitRepository) -> None:
    for seconds in (0, 1, 2):
        hits.take(KEY, 2, WINDOW, after(seconds))
    refused = [hits.take(KEY, 2, WINDOW, after(seconds)) for seconds in (3, 5, 9)]

    assert {tally.frees_at for tally in refused} == {after(10)}
    assert hits.take(KEY, 2, WINDOW, refused[0].frees_at).is_let_in


def test_what_is_forgotten_starts_anew(hits: HitRepository) -> None:
    for key in (KEY, OTHER):
        hits.take(key, 1, WINDOW, AT)

    hits.forget(KEY)
    hits.forget(b"never seen in it")

    assert hits.take(KEY, 1, WINDOW, AT).is_let_in
    assert not hits.take(OTHER, 1, WINDOW, AT).is_let_in


def test_a_clock_that_is_set_back_lets_nobody_in_twice(hits: HitRepository) -> None:
    hits.take(KEY, 2, WINDOW, after(60))

    assert hits.take(KEY, 2, WINDOW, AT).frees_at == after(70)
    assert not hits.take(KEY, 2, WINDOW, AT).is_let_in
    assert not hits.take(KEY, 2, WINDOW, after(69)).is_let_in
    assert hits.take(KEY, 2, WINDOW, after(70)).is_let_in


def test_a_budget_may_be_changed_between_two_hits(hits: HitRepository) -> None:
    for _ in range(3):
        hits.take(KEY, 3, WINDOW, AT)

    assert not hits.take(KEY, 2, WINDOW, after(1)).is_let_in
    raised = hits.take(KEY, 5, WINDOW, after(1))
    assert (raised.is_let_in, raised.remaining) == (True, 1)


@pytest.mark.parametrize("budget", [1, 7])
def test_five_times_the_budget_at_once_lets_in_exactly_the_budget(hits: HitRepository, budget: int) -> None:
    for round_ in range(5):
        key = round_.to_bytes(16, "big")
        tallies = at_once(5 * budget, partial(take, hits, key, budget))

        assert sum(tally.is_let_in for tally in tallies) == budget
        assert sorted(tally.remaining for tally in tallies if tally.is_let_in) == [*range(budget)]


def test_a_purge_removes_what_counts_no_longer(hits: HitRepository) -> None:
    for number in range(25):
        hits.take(number.to_bytes(16, "big"), 3, WINDOW, after(number / 10))

    assert hits.purge(after(11)) == 11
    assert hits.purge(after(11)) == 0
    assert hits.take((10).to_bytes(16, "big"), 3, WINDOW, after(11)).remaining == 2
    assert hits.take((11).to_bytes(16, "big"), 3, WINDOW, after(11)).remaining == 1


def test_both_backends_answer_the_same(empty_database: str) -> None:
    memory = MemoryHitRepository()
    postgres, holder = postgres_hits(empty_database)
    chance = random.Random(3)  # noqa: S311  # the same calls each time
    at = AT
    for step in range(400):
        at += timedelta(seconds=chance.choice([0, 0, 0.5, 1, 5, 10]))
        key, budget = chance.choice([KEY, OTHER]), 4
        if chance.random() < 0.05:
            memory.forget(key)
            postgres.forget(key)
        elif chance.random() < 0.05:
            memory.purge(at), postgres.purge(at)
        else:
            assert memory.take(key, budget, WINDOW, at) == postgres.take(key, budget, WINDOW, at), step
    holder.close()


def test_both_backends_bear_a_clock_that_jumps_in_the_same_way(empty_database: str) -> None:
    memory = MemoryHitRepository()
    postgres, holder = postgres_hits(empty_database)
    chance = random.Random(5)  # noqa: S311  # the same calls each time
    for step in range(200):
        at = AT + timedelta(seconds=chance.randrange(step + 1))
        assert memory.take(KEY, 4, WINDOW, at) == postgres.take(KEY, 4, WINDOW, at), step
    holder.close()
