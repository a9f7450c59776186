"""What the actions of the audit trail are called on pages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from huntaze_app.audit import Action
from huntaze_app.fields import UUID_FORM
from repositories.entities.audit import AuditEvent

NAMES = {
    Action.SIGNED_UP: lazy_gettext("Inscription"),
    Action.SIGNED_IN: lazy_gettext("Connexion"),
    Action.SIGN_IN_REFUSED: lazy_gettext("Connexion refusée"),
    Action.SIGNED_OUT: lazy_gettext("Déconnexion"),
    Action.SESSION_REVOKED: lazy_gettext("Session fermée"),
    Action.OTHER_SESSIONS_REVOKED: lazy_gettext("Autres sessions fermées"),
    Action.USER_CREATED: lazy_gettext("Compte créé"),
    Action.USER_RENAMED: lazy_gettext("Nom changé"),
    Action.ROLE_CHANGED: lazy_gettext("Rôle changé"),
    Action.USER_DEACTIVATED: lazy_gettext("Compte désactivé"),
    Action.USER_REACTIVATED: lazy_gettext("Compte réactivé"),
    Action.USER_DELETED: lazy_gettext("Compte supprimé"),
    Action.PASSWORD_CHANGED: lazy_gettext("Mot de passe changé"),
    Action.PASSWORD_CHANGE_REFUSED: lazy_gettext("Changement de mot de passe refusé"),
    Action.PASSWORD_RESET: lazy_gettext("Mot de passe réinitialisé"),
    Action.DATA_EXPORTED: lazy_gettext("Données téléchargées"),
    Action.ERASURE_REQUESTED: lazy_gettext("Effacement demandé"),
    Action.ERASURE_REFUSED: lazy_gettext("Effacement refusé"),
    Action.ERASURE_CANCELLED: lazy_gettext("Effacement annulé"),
    Action.ACCOUNT_ERASED: lazy_gettext("Compte effacé"),
    Action.ACCOUNT_LINKED: lazy_gettext("Compte externe lié"),
    Action.ACCOUNT_UNLINKED: lazy_gettext("Compte externe délié"),
    Action.REFRESH_REPLAYED: lazy_gettext("Jeton rejoué"),
    Action.API_KEY_CREATED: lazy_gettext("Clé d’API créée"),
    Action.API_KEY_ROTATED: lazy_gettext("Clé d’API renouvelée"),
    Action.API_KEY_REVOKED: lazy_gettext("Clé d’API révoquée"),
    Action.INVITES_CREATED: lazy_gettext("Invitations créées"),
    Action.INVITE_REVOKED: lazy_gettext("Invitation révoquée"),
}


DETAILS = {
    "before": lazy_gettext("avant"),
    "after": lazy_gettext("après"),
    "role": lazy_gettext("rôle"),
    "means": lazy_gettext("moyen"),
    "invites": lazy_gettext("invitations"),
    "source": lazy_gettext("origine"),
}
VALUES = {
    "CREATOR": lazy_gettext("Création"),
    "ADMIN": lazy_gettext("Administration"),
    "password": lazy_gettext("mot de passe"),
    "sign_up": lazy_gettext("inscription"),
    "waitlist": lazy_gettext("liste d’attente"),
}
SHORT = 12  # digits of an id that tell it from others
LONGEST = 60


def name_of(action: str) -> str:
    """Return the name of an action; of one that has none here, what it is stored as, in words."""
    known = {str(one): name for one, name in NAMES.items()}
    return str(known.get(action) or action.replace("_", " ").capitalize())


def details_of(event: AuditEvent) -> list[str]:
    """Return the details of an event, one text each."""
    return [f"{DETAILS.get(key, key)}{_(' : ')}{_value(value)}" for key, value in event.details.items()]


def _value(value: Any) -> str:
    if isinstance(value, list | dict):
        return str(len(value))
    text = str(value)
    if UUID_FORM.fullmatch(text):
        return f"…{text[-SHORT:]}"
    return str(VALUES.get(text) or (text if len(text) <= LONGEST else f"{text[:LONGEST]}…"))
