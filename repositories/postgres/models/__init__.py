"""The tables, as Flask-SQLAlchemy models; migrations are made from them."""

from repositories.postgres.models.accounts import AccountRow
from repositories.postgres.models.analytics import AnalyticsEventRow
from repositories.postgres.models.api_keys import ApiKeyRow
from repositories.postgres.models.audit import AuditEventRow
from repositories.postgres.models.database import db
from repositories.postgres.models.devices import KnownDeviceRow
from repositories.postgres.models.hits import HitRow
from repositories.postgres.models.invites import InviteRow
from repositories.postgres.models.mails import MailRow
from repositories.postgres.models.metrics import BusinessMonthRow
from repositories.postgres.models.one_time_tokens import OneTimeTokenRow
from repositories.postgres.models.refresh_tokens import RefreshTokenRow
from repositories.postgres.models.sessions import SessionRow
from repositories.postgres.models.subscriptions import SubscriptionRow
from repositories.postgres.models.users import UserRow
from repositories.postgres.models.waitlist import WaitlistRow

__all__ = [
    "AccountRow",
    "AnalyticsEventRow",
    "ApiKeyRow",
    "AuditEventRow",
    "BusinessMonthRow",
    "HitRow",
    "InviteRow",
    "KnownDeviceRow",
    "MailRow",
    "OneTimeTokenRow",
    "RefreshTokenRow",
    "SessionRow",
    "SubscriptionRow",
    "UserRow",
    "WaitlistRow",
    "db",
]
