"""Which addresses are for programs: they answer in JSON and have no page session."""

from __future__ import annotations

# Under /api by contract, though it is a browser that goes there, by links and by the identity provider's redirect.
VISITED = frozenset({"/api/auth/google", "/api/auth/google/callback"})


def is_for_programs(path: str) -> bool:
    """Say whether only programs ask for an address."""
    return path.startswith("/api/") and path not in VISITED
