"""All that the product holds of a user, for her to take away: what each file of the archive tells.

Every field is named: what is added to an entity is not told by accident. Left out are secrets and their hashes, the
codes of invitations, and the addresses and ids of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from huntaze_app.audit import Action, record
from repositories.entities.accounts import Provider
from repositories.entities.analytics import AnalyticsEvent
from repositories.entities.audit import AuditEvent
from repositories.entities.metrics import BusinessMonth
from repositories.entities.refresh_tokens import RefreshToken
from repositories.interfaces.accounts import AccountRepository
from repositories.interfaces.api_keys import ApiKeyRepository
from repositories.interfaces.audit import AuditRepository
from repositories.interfaces.devices import DeviceRepository
from repositories.interfaces.invites import InviteRepository
from repositories.interfaces.mails import MailRepository
from repositories.interfaces.refresh_tokens import RefreshTokenRepository
from repositories.interfaces.sessions import SessionRepository
from repositories.interfaces.subscriptions import SubscriptionRepository
from repositories.interfaces.users import UserRepository
from repositories.interfaces.waitlist import WaitlistRepository

PROFILE = (
    "id email name role subscription avatar bio timezone locale stripe_customer_id email_verified_at is_active "
    "created_at updated_at erase_at"
)
SESSION = "id created_at last_seen_at expires_at user_agent ip"
DEVICE = "id created_at seen_at"
ACCOUNT = "provider provider_account_id created_at"
KEY = "id name prefix scopes created_at expires_at last_used_at revoked_at"
SUBSCRIPTION = (
    "plan status raw_status stripe_subscription_id current_period_start current_period_end cancel_at_period_end "
    "created_at updated_at"
)
INVITE = "id created_at used_at revoked_at"
WAITLIST = "email locale created_at invited_at"
MAIL = "id template locale created_at attempts sent_at dropped_at"
AUDIT = "created_at action request_id details"
EVENT = "id event_type created_at event_data"
MONTH = "month revenue_cents active_subscribers fans average_response_seconds messages ai_messages plan created_at"
NAMES_OF_SECRETS = frozenset({"token_for", "purpose", "invite_id"})  # in the values of a mail

Told = dict[str, Any]


class ExportStores(Protocol):
    """What is held of a user where accounts are."""

    users: UserRepository
    sessions: SessionRepository
    devices: DeviceRepository
    accounts: AccountRepository
    api_keys: ApiKeyRepository
    refresh_tokens: RefreshTokenRepository
    subscriptions: SubscriptionRepository
    invites: InviteRepository
    waitlist: WaitlistRepository
    mails: MailRepository
    audit: AuditRepository


def gather(stores: ExportStores, user_id: UUID, at: datetime) -> dict[str, Any]:
    """Return what is held of a user where accounts are, by the name of its file, and note that she took it."""
    record(stores, Action.DATA_EXPORTED, at, actor=user_id)
    user = stores.users.get(user_id)
    accounts = (stores.accounts.find_of(user_id, provider) for provider in Provider)
    subscription = stores.subscriptions.find_by_user(user_id)
    invites = stores.invites.list_of(user_id)
    waiting = stores.waitlist.find(user.email)
    return {
        "profile.json": {**_told(user, PROFILE), "hasPassword": user.password_hash is not None},
        "onboarding.json": {
            **_told(user.onboarding, "current_step is_completed platforms tone"),
            "steps": user.onboarding.steps,
        },
        "sessions.json": _all(stores.sessions.list_of(user_id, at), SESSION),
        "devices.json": _all(stores.devices.list_of(user_id), DEVICE),
        "linked-accounts.json": _all((one for one in accounts if one), ACCOUNT),
        "api-keys.json": _all(stores.api_keys.list_of(user_id), KEY),
        "programs.json": _programs(stores.refresh_tokens.list_of(user_id)),
        "subscription.json": subscription and _told(subscription, SUBSCRIPTION),
        "invitations.json": {
            "made": _all((one for one in invites if one.created_by == user_id), INVITE),
            "used": _all((one for one in invites if one.used_by == user_id), INVITE),
        },
        "waitlist.json": waiting and _told(waiting, WAITLIST),
        "mails.json": [
            {**_told(mail, MAIL), "values": _harmless(mail.values)} for mail in stores.mails.list_of(user_id)
        ],
        "history.json": [_happening(event, user_id) for event in stores.audit.list_of(user_id)],
    }


def told_event(event: AnalyticsEvent) -> Told:
    """Return what is told of an analytics event."""
    return _told(event, EVENT)


def told_month(month: BusinessMonth) -> Told:
    """Return what is told of the figures of a month."""
    return _told(month, MONTH)


def _told(entity: Any, names: str) -> Told:
    return {_camel(name): getattr(entity, name) for name in names.split()}


def _all(entities: Iterable[Any], names: str) -> list[Told]:
    return [_told(entity, names) for entity in entities]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _programs(tokens: Iterable[RefreshToken]) -> list[Told]:
    """Tell of each family when it began, was last used and ends; of its tokens, nothing."""
    by_family = sorted(tokens, key=lambda token: (token.family_id, token.created_at))
    families = (list(family) for _id, family in groupby(by_family, key=lambda token: token.family_id))
    return [
        {
            "signedInAt": family[0].created_at,
            "lastRefreshedAt": family[-1].created_at,
            "expiresAt": family[-1].expires_at,
            "revokedAt": family[-1].revoked_at,
        }
        for family in families
    ]


def _harmless(values: Told) -> Told:
    return {name: value for name, value in values.items() if name not in NAMES_OF_SECRETS}


def _happening(event: AuditEvent, user_id: UUID) -> Told:
    """Tell of an event who did it only if it was the user, and from where only then: others have a right to privacy."""
    is_own = event.actor_id == user_id
    return {
        **_told(event, AUDIT),
        "by": "you" if is_own else event.actor_id and "somebody else",
        "about": "you" if event.subject_id == user_id else event.subject_id and "somebody else",
        "ip": event.ip if is_own else None,
    }
