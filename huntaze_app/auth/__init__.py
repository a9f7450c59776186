"""Signing up, in and out."""

from huntaze_app.areas import area
from huntaze_app.auth import (
    google,
    link_pages,
    link_routes,
    pages,
    routes,
    session_routes,
    waitlist_pages,
    waitlist_routes,
)

blueprint = area(
    "auth",
    __name__,
    routes.blueprint,
    pages.blueprint,
    link_routes.blueprint,
    link_pages.blueprint,
    google.blueprint,
    session_routes.blueprint,
    waitlist_routes.blueprint,
    waitlist_pages.blueprint,
)
