"""One address, one account: which spellings are taken, which form they get, and which are the same."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from marshmallow import ValidationError

from huntaze_app import create_app
from huntaze_app.fields import Email, Emails
from repositories.entities.values import email_key
from tests.conftest import settings_for

# What is typed, and the one form in which it is stored.
TAKEN = [
    ("lea@example.fr", "lea@example.fr"),
    ("LEA@EXAMPLE.FR", "lea@example.fr"),
    (" lea@example.fr ", "lea@example.fr"),
    ("\tlea@example.fr\n", "lea@example.fr"),
    ("\u00a0lea@example.fr\u3000", "lea@example.fr"),
    ("Lea@Example.fr", "lea@example.fr"),
    ("lea@ＥＸＡＭＰＬＥ.fr", "lea@example.fr"),
    ("lea@exämple.fr", "lea@exämple.fr"),
    ("lea@EXÄMPLE.fr", "lea@exämple.fr"),
    ("lea@exa\u0308mple.fr", "lea@exämple.fr"),
    ("lea@xn--exmple-cua.fr", "lea@exämple.fr"),
    ("léa@example.fr", "léa@example.fr"),
    ("le\u0301a@example.fr", "léa@example.fr"),
    ("LÉA@example.fr", "léa@example.fr"),
    ("lea+tag@example.fr", "lea+tag@example.fr"),
    ("l.e.a@example.fr", "l.e.a@example.fr"),
    ("lea_-!#$%&'*/=?^`{|}~@example.fr", "lea_-!#$%&'*/=?^`{|}~@example.fr"),
    ("0@example.fr", "0@example.fr"),
    ("lea@a.b.c.d.e.example.fr", "lea@a.b.c.d.e.example.fr"),
    ("lea@huntaze.test", "lea@huntaze.test"),
    ("x" * 64 + "@example.fr", "x" * 64 + "@example.fr"),
    ("用户@例子.广告", "用户@例子.广告"),
    ("δοκιμή@παράδειγμα.δοκιμή", "δοκιμή@παράδειγμα.δοκιμή"),
    ("straße@example.fr", "straße@example.fr"),
    ("ILKNUR@example.fr", "ilknur@example.fr"),
]

REFUSED = [
    "",
    " ",
    "lea",
    "@",
    "lea@",
    "@example.fr",
    "lea@localhost",
    "lea@example",
    "lea@example..fr",
    "lea@.example.fr",
    "lea@example.fr.",
    "lea@-example.fr",
    "lea@example-.fr",
    "lea@exa_mple.fr",
    "lea@exam ple.fr",
    "le a@example.fr",
    ".lea@example.fr",
    "lea.@example.fr",
    "le..a@example.fr",
    "lea@@example.fr",
    "lea@b@example.fr",
    "Léa <lea@example.fr>",
    "lea@example.fr, b@example.fr",
    "lea@example.fr\nb@example.fr",
    '"a\r\nBcc: x"@example.fr',
    "lea@example.fr\r\nTo: x@example.fr",
    "lea\x00@example.fr",
    "lea@exam\x00ple.fr",
    '"lea"@example.fr',
    '"le a"@example.fr',
    "lea(comment)@example.fr",
    "lea@[127.0.0.1]",
    "lea@[IPv6:::1]",
    "lea@127.0.0.1",
    "lea\u202e@example.fr",
    "lea\u200b@example.fr",
    "lea\u200d@example.fr",
    "\ufefflea@example.fr",
    "lea＠example.fr",
    "lea@example。fr。",
    "\u0301lea@example.fr",
    "x" * 65 + "@example.fr",
    "lea@" + "x" * 64 + ".fr",
    "lea@" + ".".join(["x" * 60] * 5) + ".fr",
    "lea@" + "a." * 10_000 + "fr",
    "a" * 100_000,
    "a@" * 50_000,
    "\ud800@example.fr",
]


@pytest.fixture(autouse=True)
def _texts() -> Iterator[None]:
    """Give the texts of refusals an application to be translated in."""
    with create_app(settings_for("memory")).app_context():
        yield


@pytest.mark.parametrize(("typed", "stored"), TAKEN)
def test_an_address_has_one_form(typed: str, stored: str) -> None:
    parsed = Email().parse(typed)

    assert parsed == stored
    assert Email().parse(parsed) == parsed


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: repr(typed)[:40])
def test_what_is_no_address_is_refused_at_once(typed: str) -> None:
    started = time.thread_time()

    with pytest.raises(ValidationError):
        Email().parse(typed)

    assert time.thread_time() - started < 0.05


@pytest.mark.parametrize("typed", [None, 1, True, [], {}, b"lea@example.fr"])
def test_what_is_no_text_is_no_address(typed: object) -> None:
    with pytest.raises(ValidationError):
        Email().parse(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lea@example.fr", "LEA@EXAMPLE.FR"),
        ("léa@example.fr", "LE\u0301A@example.fr"),
        ("straße@example.fr", "STRASSE@example.fr"),
        ("ﬁn@example.fr", "fin@example.fr"),
        ("lea@exämple.fr", "lea@exa\u0308mple.fr"),
        ("σίσυφος@example.fr", "ΣΊΣΥΦΟΣ@example.fr"),
        ("K@example.fr", "k@example.fr"),
    ],
)
def test_spellings_that_look_alike_are_one_account(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lea@example.fr", "lea+x@example.fr"),
        ("lea@example.fr", "l.ea@example.fr"),
        ("lea@example.fr", "lea@example.com"),
        ("ı@example.fr", "i@example.fr"),
        ("а@example.fr", "a@example.fr"),  # Cyrillic
    ],
)
def test_other_addresses_are_other_accounts(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(("typed", "stored"), TAKEN)
def test_every_accepted_spelling_finds_the_stored_one(typed: str, stored: str) -> None:
    assert email_key(Email().parse(typed)) == email_key(stored)


def test_a_list_of_addresses_tells_each_that_is_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        Emails(3).parse(["a@example.fr", "bad", "worse"])

    assert caught.value.messages == {
        1: ["bad : Cette adresse n’est pas valable."],
        2: ["worse : Cette adresse n’est pas valable."],
    }
    assert len(TAKEN) + len(REFUSED) >= 60
