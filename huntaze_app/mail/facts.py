"""What a letter says, looked up or worked out at the moment it is sent: none of it was stored with the mail.

Of the values of a mail, two are names for something else:
`{"token_for": <id of a one-time token>, "purpose": …}` is the token and the code derived from that id;
`{"invite_id": …}` is the code of that invitation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.security.derived import derive_code, derive_token
from repositories.entities.mails import Mail
from repositories.errors import NotFound
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.users import UserRepository


@dataclass(frozen=True, slots=True)
class Facts:
    """Whom a letter is for, and what it has to say."""

    recipient: str
    name: str | None
    values: Mapping[str, Any]
    public_url: str
    token: str = ""
    code: str = ""


class FactStores(Protocol):
    """Where facts are looked up."""

    users: UserRepository
    invites: InviteRepository


def facts_of(stores: FactStores, mail: Mail, secret_key: str, public_url: str) -> Facts | None:
    """Return the facts of a mail; None when there is nobody, or nothing, left to write to or of."""
    try:
        recipient, name = _addressee(stores, mail)
        token, code = _secrets(stores, mail.values, secret_key)
    except NotFound:
        return None
    return Facts(recipient, name, mail.values, public_url, token, code)


def _addressee(stores: FactStores, mail: Mail) -> tuple[str, str | None]:
    if mail.user_id is None:
        return mail.recipient or "", None
    user = stores.users.get(mail.user_id)
    return user.email, user.name


def _secrets(stores: FactStores, values: Mapping[str, Any], secret_key: str) -> tuple[str, str]:
    if "invite_id" in values:
        invite = stores.invites.get(UUID(values["invite_id"]))
        if invite.used_at or invite.revoked_at:
            raise NotFound("invite")
        return "", invite.code
    if "token_for" in values:
        token_id, purpose = UUID(values["token_for"]), str(values["purpose"])
        return derive_token(secret_key, purpose, token_id), derive_code(secret_key, purpose, token_id)
    return "", ""
