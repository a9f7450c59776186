"""The letters of the product: what each says, and the two forms it is sent in, which say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from huntaze_app.mail.facts import Facts

FOLDER = Path(__file__).parent / "templates" / "mail"
CATALOGUES = Path(__file__).parents[1] / "translations"

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says."""

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    button: tuple[str, str] | None = None  # its words, and where it leads
    code: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of letter; one that is older than its lifetime is not sent any more."""

    write: Callable[[Translate, str, Facts], Content]
    lifetime: timedelta | None = None


def render(letter: Letter, locale: str, facts: Facts) -> tuple[str, str, str]:
    """Return the subject, the text and the HTML of a letter."""
    translations = _catalogue(locale)
    content = letter.write(translations.gettext, locale, facts)
    words = {"content": content, "facts": facts, "locale": locale, "_": translations.gettext}
    return content.subject, _template("letter.txt").render(words), _template("letter.html").render(words)


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [locale])  # without one, as for French, texts stay as they are


@cache
def _template(name: str) -> Any:
    loader = FileSystemLoader(FOLDER)
    return Environment(
        loader=loader,
        autoescape=name.endswith(".html"),  # the other is text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)


def welcome(_: Translate, _locale: str, facts: Facts) -> Content:
    """Greet somebody who signed up."""
    return Content(
        subject=_("Bienvenue sur Huntaze"),
        heading=_("Bienvenue, %(name)s.") % {"name": facts.name},
        paragraphs=(
            _("Votre compte est ouvert. La bêta est privée, et vous en faites partie."),
            _("Votre tableau de bord vous attend : il réunit vos chiffres, vos contenus et vos messages."),
        ),
        button=(_("Ouvrir mon tableau de bord"), f"{facts.public_url}/dashboard"),
    )


def magic_link(_: Translate, _locale: str, facts: Facts) -> Content:
    """Let somebody sign in without a password."""
    return Content(
        subject=_("Votre lien de connexion à Huntaze"),
        heading=_("Connectez-vous en un geste."),
        paragraphs=(_("Ce lien et ce code sont valables 10 minutes, et une seule fois."),),
        button=(_("Me connecter"), f"{facts.public_url}/magic/open?token={facts.token}"),
        code=facts.code,
        note=_("Vous n’avez rien demandé ? Ignorez ce message : sans ce lien, personne n’entre."),
    )


def password_reset(_: Translate, _locale: str, facts: Facts) -> Content:
    """Let somebody choose a new password."""
    return Content(
        subject=_("Choisir un nouveau mot de passe"),
        heading=_("Choisissez un nouveau mot de passe."),
        paragraphs=(_("Ce lien est valable une heure, et une seule fois. Toutes vos sessions seront fermées."),),
        button=(_("Choisir un mot de passe"), f"{facts.public_url}/reset?token={facts.token}"),
        note=_("Vous n’avez rien demandé ? Ignorez ce message : votre mot de passe ne change pas."),
    )


def password_changed(_: Translate, _locale: str, facts: Facts) -> Content:
    """Tell somebody that her password was changed."""
    return Content(
        subject=_("Votre mot de passe a été changé"),
        heading=_("Votre mot de passe a été changé."),
        paragraphs=(_("Vos autres sessions ont été fermées. Si c’était vous, il n’y a rien à faire."),),
        button=(_("Ce n’était pas moi"), f"{facts.public_url}/forgot"),
    )


def new_device(_: Translate, locale: str, facts: Facts) -> Content:
    """Tell somebody of a sign-in from a device that was not seen before."""
    return Content(
        subject=_("Nouvelle connexion à votre compte"),
        heading=_("Une connexion depuis un nouvel appareil."),
        paragraphs=(
            _("Si c’était vous, il n’y a rien à faire. Sinon, fermez cette session et changez de mot de passe."),
        ),
        details=(
            (_("Appareil"), str(facts.values.get("device") or "—")),
            (_("Réseau"), str(facts.values.get("network") or "—")),
            (_("Moment"), _time(facts.values["at"], locale)),
        ),
        button=(_("Voir mes sessions"), f"{facts.public_url}/profile"),
    )


def invitation(_: Translate, _locale: str, facts: Facts) -> Content:
    """Let somebody in."""
    return Content(
        subject=_("Votre invitation à Huntaze"),
        heading=_("Votre place vous attend."),
        paragraphs=(_("La bêta de Huntaze est privée. Voici votre invitation ; elle sert une fois."),),
        code=facts.code,
        button=(_("Créer mon compte"), f"{facts.public_url}/signup?code={facts.code}"),
        note=_("Cette invitation vous est personnelle. Si elle ne vous dit rien, ignorez ce message."),
    )


def account_deletion_requested(_: Translate, locale: str, facts: Facts) -> Content:
    """Tell somebody when her data will be erased, and how to keep it."""
    day = format_date(datetime.fromisoformat(facts.values["erased_at"]).astimezone(UTC), "long", locale=locale)
    return Content(
        subject=_("Votre compte sera effacé"),
        heading=_("Votre compte sera effacé le %(day)s.") % {"day": day},
        paragraphs=(
            _("D’ici là, rien n’est perdu : annulez depuis votre profil, et tout reste en place."),
            _("Passé cette date, vos données personnelles sont effacées pour de bon."),
        ),
        button=(_("Garder mon compte"), f"{facts.public_url}/profile"),
    )


def api_key_created(_: Translate, _locale: str, facts: Facts) -> Content:
    """Tell somebody that a key of hers was made."""
    return Content(
        subject=_("Une clé d’API a été créée"),
        heading=_("Une clé d’API a été créée."),
        paragraphs=(_("Elle agit en votre nom, dans les limites que vous lui avez données."),),
        details=((_("Clé"), str(facts.values.get("name") or "—")),),
        button=(_("Voir mes clés"), f"{facts.public_url}/profile"),
        note=_("Ce n’était pas vous ? Révoquez-la, et changez de mot de passe."),
    )


def _time(text: str, locale: str) -> str:
    return f"{format_datetime(datetime.fromisoformat(text).astimezone(UTC), 'medium', locale=locale)} UTC"


LETTERS = {
    "welcome": Letter(welcome),
    "magic_link": Letter(magic_link, timedelta(minutes=10)),
    "password_reset": Letter(password_reset, timedelta(hours=1)),
    "password_changed": Letter(password_changed),
    "new_device": Letter(new_device),
    "invitation": Letter(invitation),
    "account_deletion_requested": Letter(account_deletion_requested),
    "api_key_created": Letter(api_key_created),
}
