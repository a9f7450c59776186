"""Addresses: two spellings of one are equal, wherever an address is compared."""

from __future__ import annotations

import pytest

from repositories.entities.invites import Invite
from repositories.entities.users import User
from repositories.errors import EmailTaken, InvalidValue
from repositories.stores import Backend
from tests.contract.builders import AT, limit_of, make_user, stored_invite, stored_user

SPELLINGS = [
    ("zoe@example.fr", "ZOE@Example.FR"),
    ("zoe@example.fr", "  zoe@example.fr\t\n"),
    ("zoe@example.fr", "\u3000zoe@example.fr\u00a0"),
    ("zoe@example.fr", "ｚｏｅ＠ｅｘａｍｐｌｅ．ｆｒ"),
    ("zo\u00e9@example.fr", "zoe\u0301@example.fr"),
    ("ZO\u00c9@example.fr", "zoe\u0301@example.fr"),
    ("straße@example.de", "STRASSE@example.de"),
    ("straße@example.de", "straẞe@example.de"),
    ("ﬁle@example.fr", "FILE@example.fr"),
    ("ΣΟΦΟΣ@example.gr", "σοφος@example.gr"),
    ("ΣΟΦΟΣ@example.gr", "σοφοσ@example.gr"),
    ("\u212bngstrom@example.se", "\u00e5ngstrom@example.se"),
    ("x²@example.fr", "X2@example.fr"),
]
DIFFERENT = [
    ("zoe@example.fr", "zo\u00e9@example.fr"),
    ("zoe@example.fr", "zoe+1@example.fr"),
    ("zoe@example.fr", "z.oe@example.fr"),
    ("zoe@example.fr", "zoe@example.fr."),
    ("zoe@example.fr", "zo e@example.fr"),
    ("i@example.tr", "ı@example.tr"),
    ("zoe@example.fr", "z\u043ee@example.fr"),  # a Cyrillic o
    ("zoe@example.fr", "zoe\u200b@example.fr"),
    ("zo_@example.fr", "zoe@example.fr"),
    ("%@example.fr", "zoe@example.fr"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_any_spelling_of_an_address_finds_its_account(backend: Backend, one: str, other: str) -> None:
    """X4: and the address stays as it was written."""
    user = stored_user(backend, email=one)

    with backend.unit() as stores:
        assert stores.users.find_by_email(other) == user
        assert stores.users.get(user.id).email == one


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_any_spelling_of_a_taken_address_is_taken(backend: Backend, one: str, other: str) -> None:
    """X4: whichever was there first."""
    for first, second in ((one, other), (other, one)):
        user = stored_user(backend, email=first)
        with backend.unit() as stores, pytest.raises(EmailTaken):
            stores.users.add(make_user(email=second))
        with backend.unit() as stores:
            stores.users.erase(user.id)


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_an_invitation_lets_any_spelling_of_its_address_in(backend: Backend, one: str, other: str) -> None:
    """X4: for looking it up and for spending it."""
    user = stored_user(backend)
    invite = stored_invite(backend, email=one)

    with backend.unit() as stores:
        assert stores.invites.find_redeemable(invite.code, other) == invite
        assert stores.invites.redeem(invite.code, other, user.id, AT) is not None


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_that_only_look_alike_are_two(backend: Backend, one: str, other: str) -> None:
    """X4, X11: tags, dots, accents and look-alikes keep addresses apart; patterns are plain text."""
    first, second = stored_user(backend, email=one), stored_user(backend, email=other)
    invite = stored_invite(backend, email=one)

    with backend.unit() as stores:
        assert stores.users.find_by_email(one) == first
        assert stores.users.find_by_email(other) == second
        assert stores.invites.find_redeemable(invite.code, other) is None


@pytest.mark.parametrize("email", ["zoe\x00@example.fr", "zoe\ud800@example.fr", "z" * 100_000])
def test_an_address_that_cannot_be_stored_is_nobodys(backend: Backend, email: str) -> None:
    """X2, X7: a search answers, it does not refuse."""
    stored_user(backend, email="zoe@example.fr")

    with backend.unit() as stores:
        assert stores.users.find_by_email(email) is None


def test_an_address_that_grows_when_compared_is_refused(backend: Backend) -> None:
    """X7: one character may become six, and 254 of them more than an index of Postgres holds."""
    grown = "".join(map(chr, range(0x3300, 0x3300 + limit_of(User, "email"))))
    assert len(grown) <= limit_of(Invite, "email")

    with backend.unit() as stores:
        with pytest.raises(InvalidValue):
            stores.users.add(make_user(email=grown))
        assert stores.users.find_by_email(grown) is None
    with backend.unit() as stores, pytest.raises(InvalidValue):
        stores.invites.add_all([Invite(make_user().id, "A" * 16, AT, email=grown)])
