"""The one place where facts become HTTP answers, in JSON and in HTML."""

from __future__ import annotations

import math
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import AnonymousUserMixin
from werkzeug.exceptions import HTTPException

from huntaze_app import json, problems
from huntaze_app.edge import REQUEST_ID
from huntaze_app.paths import VISITED, is_for_programs
from repositories import errors as stored

PROBLEM_JSON = "application/problem+json"

# Kind -> status and code; the code of a kind without one is its class's name in snake_case.
KINDS: dict[type[Exception], tuple[int, str | None]] = {
    problems.Invalid: (400, "validation_error"),
    problems.Unfit: (400, "validation_error"),
    problems.InvalidToken: (400, "invalid_token"),
    problems.TokenReplayed: (401, "unauthenticated"),
    problems.Unauthenticated: (401, None),
    problems.Forbidden: (403, None),
    problems.RateLimited: (429, None),
    problems.UntrustedHost: (400, "bad_request"),
    problems.WrongAttempt: (400, None),
    problems.IdentityRefused: (400, None),
    problems.SignInFirst: (409, None),
    problems.OtherAddress: (409, None),
    problems.LastWayIn: (409, None),
    problems.UpstreamError: (502, None),
    problems.Overloaded: (503, "service_unavailable"),
    problems.SwitchedOff: (503, "service_unavailable"),
    stored.InvalidValue: (400, "validation_error"),
    stored.BrokenReference: (400, "foreign_key"),
    stored.NotFound: (404, "not_found"),
    stored.Conflict: (409, None),
    stored.Unavailable: (503, "database_unavailable"),
}

HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    431: "headers_too_large",
}

TEXTS = {
    "validation_error": lazy_gettext("Certaines valeurs sont à corriger."),
    "bad_request": lazy_gettext("Cette requête n’est pas valable."),
    "unauthenticated": lazy_gettext("Connectez-vous pour continuer."),
    "invalid_credentials": lazy_gettext("Adresse ou mot de passe incorrect."),
    "forbidden": lazy_gettext("Vous n’avez pas accès à cette page."),
    "invalid_token": lazy_gettext("Ce lien ou ce code n’est plus valable. Demandez-en un autre."),
    "fresh_sign_in_required": lazy_gettext(
        "Confirmez que c’est bien vous : donnez votre mot de passe, ou reconnectez-vous et réessayez aussitôt."
    ),
    "invite_required": lazy_gettext("Beta fermée - invitation requise"),  # R11.3, to the letter
    "csrf_failed": lazy_gettext("Cette demande semble venir d’un autre site. Rechargez la page et réessayez."),
    "not_found": lazy_gettext("Introuvable."),
    "method_not_allowed": lazy_gettext("Cette adresse n’accepte pas cette méthode."),
    "conflict": lazy_gettext("Un enregistrement avec ces données existe déjà."),
    "email_taken": lazy_gettext("Un compte existe déjà avec cette adresse."),
    "account_taken": lazy_gettext("Ce compte Google est déjà relié à un autre compte Huntaze."),
    "provider_linked": lazy_gettext("Un autre compte Google est déjà relié à votre compte."),
    "wrong_attempt": lazy_gettext(
        "Cette connexion a expiré, ou n’a pas été commencée dans ce navigateur. Recommencez, s’il vous plaît."
    ),
    "identity_refused": lazy_gettext("Google n’a pas confirmé votre identité. Recommencez, s’il vous plaît."),
    "address_unverified": lazy_gettext("Google n’a pas encore vérifié votre adresse e-mail."),
    "sign_in_first": lazy_gettext(
        "Un compte Huntaze existe déjà avec cette adresse. Connectez-vous, puis reliez Google depuis votre profil."
    ),
    "other_address": lazy_gettext("L’adresse de ce compte Google n’est pas celle de votre compte Huntaze."),
    "last_way_in": lazy_gettext("Choisissez d’abord un mot de passe : sans lui, vous ne pourriez plus vous connecter."),
    "upstream_error": lazy_gettext("Un service extérieur ne répond pas comme prévu. Réessayez dans un instant."),
    "switched_off": lazy_gettext("Cette fonction n’est pas activée ici."),
    "too_many_keys": lazy_gettext("Vous avez déjà 20 clés. Supprimez-en une d’abord."),
    "key_replaced": lazy_gettext("Cette clé a déjà été remplacée."),
    "invite_used": lazy_gettext("Cette invitation a déjà été utilisée."),
    "last_admin": lazy_gettext("C’est le dernier compte d’administration actif : nommez quelqu’un d’autre avant."),
    "foreign_key": lazy_gettext("Référence invalide."),
    "payload_too_large": lazy_gettext("Ce contenu est trop volumineux."),
    "uri_too_long": lazy_gettext("Cette adresse est trop longue."),
    "unsupported_media_type": lazy_gettext("Ce format n’est pas accepté ; envoyez du JSON."),
    "headers_too_large": lazy_gettext("Les en-têtes sont trop volumineux."),
    "rate_limited": lazy_gettext("Trop de demandes en peu de temps. Réessayez dans %(wait)s."),
    "internal_error": lazy_gettext("Une erreur inattendue est survenue. Elle a été enregistrée."),
    "database_unavailable": lazy_gettext(
        "La base de données est momentanément indisponible. Réessayez dans un instant."
    ),
    "service_unavailable": lazy_gettext("Le service est très sollicité. Réessayez dans un instant."),
}
RULES = {
    "common_password": lazy_gettext("Ce mot de passe est trop courant : il serait deviné tout de suite."),
    "product_password": lazy_gettext("Ce mot de passe est fait des mots du produit : il serait vite deviné."),
    "personal_password": lazy_gettext("Ce mot de passe est votre adresse ou votre nom : il serait vite deviné."),
    "same_password": lazy_gettext("Ce mot de passe est déjà le vôtre : choisissez-en un autre."),
    "wrong_password": lazy_gettext("Ce n’est pas votre mot de passe actuel."),
}
RETRY_AFTER = 2  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """An error as it is told."""

    status: int
    code: str
    details: dict[str, list[str]] | None = None
    fact: str = ""  # what happened, where that says more than the code
    retry_after: int | None = None  # seconds

    @property
    def text(self) -> str:
        """The sentence for people, in their language."""
        known = TEXTS.get(self.fact) or TEXTS.get(self.code)
        text = str(known or TEXTS["conflict" if self.status == 409 else "bad_request"])
        return text % {"wait": _wait(self.retry_after or 1)} if self.status == 429 else text


def answer_for(error: Exception) -> Answer:
    """Return how an error is told; what nobody foresaw is an internal error."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            status, code = KINDS[ancestor]
            fact = _snake_case(type(error).__name__)
            wait = error.retry_after if isinstance(error, problems.RateLimited) else RETRY_AFTER
            told = _details(error), fact, wait if status in {429, 503} else None
            return Answer(status, code or fact, *told)
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        return Answer(error.code, HTTP_CODES.get(error.code, "bad_request"))
    return Answer(500, "internal_error")


def _details(error: Exception) -> dict[str, list[str]] | None:
    if isinstance(error, problems.Invalid):
        return error.details
    if isinstance(error, problems.Unfit):
        return {error.field: [str(RULES[error.rule])]}
    if isinstance(error, stored.Conflict) and error.field:
        return {error.field: [str(TEXTS.get(_snake_case(type(error).__name__), TEXTS["conflict"]))]}
    return None


def _wait(seconds: int) -> str:
    """Return a time to wait, in units that are the same in every language."""
    return f"{seconds}\N{NO-BREAK SPACE}s" if seconds < 100 else f"{math.ceil(seconds / 60)}\N{NO-BREAK SPACE}min"


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def register_errors(app: Flask) -> None:
    """Answer every error of an application."""
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> ResponseReturnValue:
    """Log an error with what is known of the request, and answer it."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):  # a redirect
        return error.get_response()
    answer = answer_for(error)
    note(error, answer)
    if wants_json() or request_ctx.url_adapter is None:  # without a host of ours a page could link nowhere
        return _as_json(answer, error)
    if answer.status == 401:
        return redirect(url_for("auth.pages.sign_in", next=_here()))
    return _as_page(answer, error)


def wants_json() -> bool:
    """Say whether the caller is a program."""
    if is_for_programs(request.path):
        return True
    if request.path in VISITED:
        return "text/html" not in request.accept_mimetypes.values()
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM_JSON], default="text/html")
    return best != "text/html"


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def note(error: Exception, answer: Answer) -> None:
    """Write down what an operator may want to know of a refusal."""
    if isinstance(error, problems.SwitchedOff):
        return  # who switched it off knows
    log = structlog.get_logger()
    if answer.code == "internal_error":
        log.error("unexpected error", code=answer.code, exc_info=error)
    elif answer.status >= 500:
        log.error("unavailable", code=answer.code, cause=str(error))
    elif isinstance(error, stored.RepositoryError):
        log.warning("refused by the store", code=answer.code)


def request_context(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add to an event of the log which request it belongs to (R10.4: userId, operation)."""
    if has_request_context():
        user = g.get("_login_user")
        event["requestId"] = request.environ.get(REQUEST_ID)
        event["operation"] = request.endpoint
        event["userId"] = str(user.id) if user is not None and user.is_authenticated else None
    return event


def headers_of(answer: Answer, error: Exception) -> dict[str, str]:
    """Return the headers an error is told with."""
    headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    if answer.status == 401:
        headers["WWW-Authenticate"] = "Bearer"  # RFC 6750
    methods = getattr(error, "valid_methods", None)
    return {**headers, "Allow": ", ".join(sorted(methods))} if methods else headers


def _as_json(answer: Answer, error: Exception) -> Response:
    body: dict[str, Any] = {"error": answer.text, "code": answer.code, "requestId": request.environ.get(REQUEST_ID)}
    if answer.details:
        body["details"] = answer.details
    kind = "application/json"
    if PROBLEM_JSON in request.accept_mimetypes.values():
        kind = PROBLEM_JSON  # RFC 9457
        described = {"type": f"urn:huntaze:{answer.code}", "title": body.pop("error"), "status": answer.status}
        body = {**described, **body}
    return Response(json.encode(body), answer.status, headers_of(answer, error), content_type=kind)


def _as_page(answer: Answer, error: Exception) -> ResponseReturnValue:
    g.setdefault("_login_user", AnonymousUserMixin())  # never ask again who is calling: that may be what failed
    titles = {403: _("Accès refusé"), 404: _("Page introuvable"), 429: _("Un instant…"), 503: _("Un instant…")}
    title = titles.get(answer.status, _("Une erreur est survenue"))
    texts = {404: _("Cette page n’existe pas, ou n’existe plus.")}
    page = render_template(
        "errors/error.html",
        status=answer.status,
        title=title,
        text=texts.get(answer.status, answer.text),
        request_id=request.environ.get(REQUEST_ID),
        retry=_here() if answer.retry_after else None,
    )
    return page, answer.status, headers_of(answer, error)
