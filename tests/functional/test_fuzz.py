"""What `scripts/fuzz` does ten thousand times over, in small: the product keeps to its OpenAPI document."""

from __future__ import annotations

import pytest
from flask import Flask

from scripts.fuzz import CALLERS, Findings, caller_of, fuzz
from tests.conftest import MakeApp

pytestmark = pytest.mark.filterwarnings("ignore")  # what Hypothesis and the tool warn of is about themselves


def tried(app: Flask, name: str, *, coverage: bool) -> Findings:
    """What one caller finds, the same each time."""
    findings = Findings()
    fuzz(app, caller_of(app, name), findings, examples=2, seed=1, coverage=coverage)
    return findings


@pytest.mark.parametrize("name", CALLERS)
def test_random_requests_are_answered_as_the_document_says(app: Flask, name: str) -> None:
    found = tried(app, name, coverage=False)

    assert found.faults == {}
    assert found.cases > 60
    assert max(found.statuses[name]) < 500
    assert len(found.checks) > 10


def test_the_edges_of_every_field_are_answered_as_the_document_says(make_app: MakeApp) -> None:
    found = tried(make_app("memory"), "ADMIN with a session", coverage=True)

    assert found.faults == {}
    assert found.cases > 1000
    assert max(found.statuses["ADMIN with a session"]) < 500


def test_an_answer_that_is_not_in_the_document_is_found(make_app: MakeApp) -> None:
    app = make_app("memory")
    app.view_functions["users.api.profile"] = lambda: ({"surprise": True}, 299)

    found = tried(app, "CREATOR with a token", coverage=False)

    assert {fault.split(": ")[1] for fault in found.faults} == {"GET /api/users/profile"}
    assert "Undocumented" in "".join(found.faults)
