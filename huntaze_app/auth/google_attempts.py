"""What a browser carries to Google and back: the attempt, then, for somebody new, who Google says she is."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import Response, after_this_request, request
from marshmallow import ValidationError

from huntaze_app.auth.arrival import home
from huntaze_app.clients.identity import Attempt, Person
from huntaze_app.extensions import identity_provider
from huntaze_app.fields import Email, Line
from huntaze_app.pages import local_target
from huntaze_app.problems import IdentityRefused, WrongAttempt
from huntaze_app.security.access import account
from huntaze_app.security.sealed import no_sealed_cookie, sealed_cookie, unsealed
from repositories.entities.users import User
from repositories.entities.values import text_limits

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPT = "google_attempt"
NEWCOMER = "google_newcomer"
LONGEST_TARGET = 1024  # a cookie holds 4,096 bytes
LONGEST_CODE = 64
LONGEST_NAME = text_limits(User)["name"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody back from Google, and what she had set out to do."""

    person: Person
    target: str
    invite_code: str
    link_to: UUID | None  # the signed-in user who wants to link, rather than to sign in


def new_attempt() -> tuple[Attempt, str]:
    """Return a new attempt, and the Set-Cookie header that remembers it with what the query asks for."""
    attempt = Attempt()
    target = request.args.get("next", "")
    wanted = {
        "next": local_target(target, "") if len(target) <= LONGEST_TARGET else "",
        "code": request.args.get("code", "")[:LONGEST_CODE],
        "link": str(account().user.id) if "link" in request.args else None,
    }
    return attempt, sealed_cookie(ATTEMPT, {**asdict(attempt), **wanted})


def identified(view: Callable[P, T]) -> Callable[..., T]:
    """Give a view its `arrival`, once the provider has said who it is: before a unit of work is open.

    Raises WrongAttempt, and what asking the provider raises.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        return view(*args, **kwargs, arrival=_arrival())  # type: ignore[arg-type]  # the view takes it

    return answer


def _arrival() -> Arrival:
    provider = identity_provider()
    begun = _begun()
    after_this_request(_forget_attempt)  # whatever comes of it: an attempt is for one return
    link_to = UUID(begun["link"]) if begun["link"] else None
    if link_to is not None and account().user.id != link_to:
        raise WrongAttempt
    code = request.args.get("code", "")
    if not code:
        raise IdentityRefused("no code")  # she said no, or the provider did
    attempt = Attempt(begun["state"], begun["nonce"], begun["verifier"])
    person = _storable(provider.identify(attempt, code))
    return Arrival(person, begun["next"] or home(), begun["code"], link_to)


def _begun() -> dict[str, Any]:
    """Return what this browser began; raises WrongAttempt unless that is what comes back."""
    begun, state = unsealed(ATTEMPT), request.args.get("state", "")
    if begun is None or not hmac.compare_digest(str(begun["state"]).encode(), state.encode("utf-8", "replace")):
        raise WrongAttempt
    return begun


def _forget_attempt(response: Response) -> Response:
    response.headers.add("Set-Cookie", no_sealed_cookie(ATTEMPT))
    return response


def _storable(person: Person) -> Person:
    """Return the person with address and name as this product keeps them."""
    try:
        email = Email().parse(person.email)
        name = " ".join(person.name.split())[:LONGEST_NAME]
        return Person(person.subject, email, Line(maximum=LONGEST_NAME).parse(name))
    except ValidationError as error:
        raise IdentityRefused("an address or a name that cannot be kept") from error


def newcomer_cookie(arrival: Arrival) -> str:
    """Return the Set-Cookie header that remembers, for a while, who somebody new is."""
    return sealed_cookie(NEWCOMER, {**asdict(arrival.person), "next": arrival.target, "code": arrival.invite_code})


def newcomer() -> Arrival:
    """Return who Google said this is; raises WrongAttempt when nobody came, or too long ago."""
    found = unsealed(NEWCOMER)
    if found is None:
        raise WrongAttempt
    return Arrival(Person(found["subject"], found["email"], found["name"]), found["next"], found["code"], None)


def forget_newcomer() -> None:
    """Have the answer take the identity away."""

    @after_this_request
    def forget(response: Response) -> Response:
        response.headers.add("Set-Cookie", no_sealed_cookie(NEWCOMER))
        return response
