"""What the actions of the audit trail are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext

from huntaze_app.audit import Action

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
    Action.INVITES_CREATED: lazy_gettext("Invitations créées"),
    Action.INVITE_REVOKED: lazy_gettext("Invitation révoquée"),
}


def name_of(action: str) -> str:
    """Return the name of an action; of one that has none here, what it is stored as, in words."""
    known = {str(one): name for one, name in NAMES.items()}
    return str(known.get(action) or action.replace("_", " ").capitalize())
