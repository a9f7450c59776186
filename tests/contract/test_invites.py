"""Invitations: made, found, spent once, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from repositories.entities.invites import InviteCounts
from repositories.errors import BrokenReference, CodeTaken, Conflict, InvalidValue, InviteUsed, NotFound
from repositories.paging import PageRequest
from repositories.stores import Backend
from tests.contract.builders import AT, LATER, SECOND, given, make_invite, make_user, stored_invite, stored_user, undone

WHO = "zoe@example.fr"


def test_invitations_are_stored_as_they_were_given(backend: Backend) -> None:
    """X1, X24: every field the caller's."""
    user = stored_user(backend, email=WHO)
    full = make_invite(email="Zoé@example.fr", created_by=user.id, used_at=AT, used_by=user.id, revoked_at=LATER)
    plain = make_invite(created_at=LATER)

    with backend.unit() as stores:
        stores.invites.add_all([full, plain])

    with backend.unit() as stores:
        newest, oldest = stores.invites.list_page(PageRequest()).items
    assert (newest.invite, newest.used_by_email) == (plain, None)
    assert (oldest.invite, oldest.used_by_email) == (full, WHO)


def test_adding_no_invitations_adds_none(backend: Backend) -> None:
    """X10: an empty list is fine."""
    with backend.unit() as stores:
        stores.invites.add_all([])
        assert stores.invites.count() == InviteCounts(total=0, used=0, revoked=0)


def test_a_code_is_one_invitation(backend: Backend) -> None:
    """X3: all or none are added, and the same unit goes on."""
    taken = stored_invite(backend)

    with backend.unit() as stores:
        with pytest.raises(CodeTaken) as refusal:
            stores.invites.add_all([make_invite(), make_invite(code=taken.code), make_invite()])
        assert stores.invites.count().total == 1
        stores.invites.add_all([make_invite()])

    assert refusal.value.field == "code"
    with backend.unit() as stores:
        assert stores.invites.count().total == 2


def test_a_code_is_one_invitation_of_those_added_at_once(backend: Backend) -> None:
    """X3."""
    with backend.unit() as stores:
        with pytest.raises(CodeTaken):
            stores.invites.add_all([make_invite(code="SAME"), make_invite(code="SAME")])
        assert stores.invites.count().total == 0


def test_an_id_is_one_invitation(backend: Backend) -> None:
    """X3."""
    invite = stored_invite(backend)

    with backend.unit() as stores:
        with pytest.raises(Conflict) as refusal:
            stores.invites.add_all([make_invite(), make_invite(id=invite.id)])
        assert stores.invites.list_page(PageRequest()).items[0].invite == invite

    assert refusal.value.field is None


@pytest.mark.parametrize("fault", [{"code": "\x00"}, {"code": "\ud800"}, {"code": "x" * 17}, {"email": "\udfff"}])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_bad_invitation_spoils_all(backend: Backend, fault: dict[str, Any], position: int) -> None:
    """X7: wherever it stands, none is added; and the same unit goes on."""
    invites = [make_invite(), make_invite()]
    invites.insert(position, make_invite(**fault))

    with backend.unit() as stores:
        stores.invites.add_all([make_invite()])
        with pytest.raises(InvalidValue):
            stores.invites.add_all(invites)
        assert stores.invites.count().total == 1

    with backend.unit() as stores:
        assert stores.invites.count().total == 1


def test_what_cannot_be_stored_is_told_before_what_is_taken(backend: Backend) -> None:
    """X3, X7: of the reasons to refuse several at once, both backends give the same."""
    taken = stored_invite(backend)

    with backend.unit() as stores, pytest.raises(InvalidValue):
        stores.invites.add_all([make_invite(code=taken.code), make_invite(code="\x00")])
    with backend.unit() as stores, pytest.raises(InvalidValue):
        stores.invites.add_all([make_invite(id=taken.id, code="x" * 17)])


@pytest.mark.parametrize("field", ["created_by", "used_by"])
def test_an_invitation_names_accounts_that_exist(backend: Backend, field: str) -> None:
    """X5: all or none are added, and the same unit goes on."""
    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.invites.add_all([make_invite(), make_invite(**{field: uuid4()})])
        assert stores.invites.count().total == 0
        stores.invites.add_all([make_invite()])

    with backend.unit() as stores:
        assert stores.invites.count().total == 1


@pytest.mark.parametrize("code", ["ABCD0123", "abcd0123", "  AbCd0123\n"])
def test_a_code_is_found_in_any_spelling(backend: Backend, code: str) -> None:
    """X4: with an invitation open to any address."""
    invite = stored_invite(backend, code="ABCD0123")
    user = stored_user(backend)

    with backend.unit() as stores:
        assert stores.invites.find_redeemable(code, WHO) == invite
        assert stores.invites.redeem(code, WHO, user.id, AT) == replace(invite, used_at=AT, used_by=user.id)


@pytest.mark.parametrize(
    "code", ["", "ABCD", "ABCD0123X", "ABCD%", "ABCD012_", "AB CD0123", "\0", "\ud800", "A" * 9999]
)
def test_a_code_of_no_invitation_lets_nobody_in(backend: Backend, code: str) -> None:
    """X2, X9, X11: None and no change, even for what cannot be a code."""
    invite = stored_invite(backend, code="ABCD0123")
    user = stored_user(backend)

    with backend.unit() as stores:
        assert stores.invites.find_redeemable(code, WHO) is None
        assert stores.invites.redeem(code, WHO, user.id, AT) is None

    with backend.unit() as stores:
        assert stores.invites.find_redeemable("ABCD0123", WHO) == invite


@pytest.mark.parametrize("email", ["lea@example.fr", "", "zoe@example.f", "%", "zoe\x00@example.fr", "\ud800"])
@pytest.mark.parametrize("bound_to", [WHO, "", " "])
def test_an_invitation_for_one_address_lets_no_other_in(backend: Backend, email: str, bound_to: str) -> None:
    """X9: None and no change; an empty address is not an invitation for all."""
    if email.strip() == bound_to.strip():
        email = "lea@example.fr"
    invite = stored_invite(backend, email=bound_to)
    user = stored_user(backend)

    with backend.unit() as stores:
        assert stores.invites.find_redeemable(invite.code, email) is None
        assert stores.invites.redeem(invite.code, email, user.id, AT) is None

    with backend.unit() as stores:
        assert stores.invites.list_page(PageRequest()).items[0].invite == invite


def test_an_invitation_is_spent_once(backend: Backend) -> None:
    """X9, X18: by the first, in the same unit and in the next."""
    invite = stored_invite(backend)
    first, second = stored_user(backend), stored_user(backend)

    with backend.unit() as stores:
        spent = stores.invites.redeem(invite.code, WHO, first.id, AT)
        assert stores.invites.find_redeemable(invite.code, WHO) is None
        assert stores.invites.redeem(invite.code, WHO, second.id, LATER) is None

    with backend.unit() as stores:
        assert stores.invites.redeem(invite.code, WHO, second.id, LATER) is None
        (listed,) = stores.invites.list_page(PageRequest()).items
    assert listed.invite == spent == replace(invite, used_at=AT, used_by=first.id)
    assert listed.used_by_email == first.email


def test_an_invitation_is_spent_by_an_account_that_exists(backend: Backend) -> None:
    """X5: otherwise it stays unspent, and the same unit goes on."""
    invite = stored_invite(backend)

    with backend.unit() as stores:
        with pytest.raises(BrokenReference):
            stores.invites.redeem(invite.code, WHO, uuid4(), AT)
        assert stores.invites.find_redeemable(invite.code, WHO) == invite
        user = stores.users.add(make_user())
        assert stores.invites.redeem(invite.code, WHO, user.id, AT) is not None


def test_a_spending_undone_leaves_the_invitation_unspent(backend: Backend) -> None:
    """X15: with its account, as when a sign-up fails at its end."""
    invite = stored_invite(backend)
    user = make_user()

    with undone(backend) as stores:
        stores.users.add(user)
        stores.invites.redeem(invite.code, WHO, user.id, AT)

    with backend.unit() as stores:
        assert stores.invites.find_redeemable(invite.code, WHO) == invite
        assert stores.users.find_by_email(user.email) is None


def test_a_withdrawn_invitation_lets_nobody_in(backend: Backend) -> None:
    """X9: the first time it was withdrawn stays."""
    invite = stored_invite(backend)
    user = stored_user(backend)

    with backend.unit() as stores:
        revoked = stores.invites.revoke(invite.id, AT)
        assert stores.invites.find_redeemable(invite.code, WHO) is None
        assert stores.invites.redeem(invite.code, WHO, user.id, LATER) is None

    with backend.unit() as stores:
        assert stores.invites.revoke(invite.id, LATER) == revoked == replace(invite, revoked_at=AT)


def test_a_spent_invitation_cannot_be_withdrawn(backend: Backend) -> None:
    """X3: nothing is written, and the same unit goes on."""
    invite = stored_invite(backend)
    user = stored_user(backend)

    with backend.unit() as stores:
        spent = stores.invites.redeem(invite.code, WHO, user.id, AT)
        with pytest.raises(InviteUsed):
            stores.invites.revoke(invite.id, LATER)
        stores.invites.add_all([make_invite(created_at=AT - SECOND)])

    with backend.unit() as stores:
        assert stores.invites.list_page(PageRequest()).items[0].invite == spent


def test_an_unknown_invitation_cannot_be_withdrawn(backend: Backend) -> None:
    """X9."""
    stored_invite(backend)

    with backend.unit() as stores:
        with pytest.raises(NotFound):
            stores.invites.revoke(uuid4(), AT)
        assert stores.invites.count() == InviteCounts(total=1, used=0, revoked=0)


def test_invitations_are_counted_by_state(backend: Backend) -> None:
    """X11: what the unit itself did counts."""
    user = stored_user(backend)
    spent, withdrawn = make_invite(), make_invite()
    given(backend, spent, withdrawn, make_invite(), make_invite())

    with backend.unit() as stores:
        stores.invites.redeem(spent.code, WHO, user.id, AT)
        stores.invites.revoke(withdrawn.id, AT)
        assert stores.invites.count() == InviteCounts(total=4, used=1, revoked=1)

    with backend.unit() as stores:
        assert stores.invites.count().open == 2


def test_an_invitation_is_found_by_its_id(backend: Backend) -> None:
    invite = stored_invite(backend)

    with backend.unit(read_only=True) as stores:
        assert stores.invites.get(invite.id) == invite
        with pytest.raises(NotFound):
            stores.invites.get(uuid4())
