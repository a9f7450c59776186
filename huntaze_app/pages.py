"""What HTML pages share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeAlias

from flask import render_template, request
from flask.typing import ResponseReturnValue

from huntaze_app.errors import answer_for, headers_of, note, wants_json
from huntaze_app.problems import Refusal
from repositories.errors import Conflict

P = ParamSpec("P")
View: TypeAlias = Callable[P, ResponseReturnValue]

NEVER_SHOWN_AGAIN = frozenset({"password", "csrf_token"})


def reshow(
    template: str, *, fields: Mapping[str, str] | None = None, **context: Callable[[], Any]
) -> Callable[[View[P]], View[P]]:
    """Show the form again, with what was typed and what is wrong, when the view refuses it.

    `fields` names, for the code of a refusal that is about one field, that field.
    """
    field_of = fields or {}

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            try:
                return view(*args, **kwargs)
            except (Refusal, Conflict) as refusal:
                if wants_json():
                    raise
                answer = answer_for(refusal)
                note(refusal, answer)
                errors = answer.details or {field_of.get(answer.code, "_schema"): [answer.text]}
                made = {name: make() for name, make in context.items()}
                page = render_template(template, form=_typed(), errors=errors, **made)
                return page, answer.status, headers_of(answer, refusal)

        return shown

    return decorate


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in NEVER_SHOWN_AGAIN}


def local_target(target: str | None, default: str) -> str:
    """Return where to go next, if it is an address of this site that no browser reads otherwise."""
    is_local = bool(target) and target is not None and target.startswith("/") and target[1:2] not in {"/", "\\"}
    has_odd = any(character <= " " or character in "\\\x7f" for character in target or "")
    return target if is_local and not has_odd and target else default
