"""Accounts: one's own profile and first visit, and all of them for administrators."""

from huntaze_app.areas import area
from huntaze_app.users import (
    directory_pages,
    directory_routes,
    first_visit_pages,
    key_pages,
    key_routes,
    pages,
    privacy_pages,
    privacy_routes,
    routes,
)

blueprint = area(
    "users",
    __name__,
    routes.blueprint,
    directory_routes.blueprint,
    key_routes.blueprint,
    pages.blueprint,
    directory_pages.blueprint,
    first_visit_pages.blueprint,
    key_pages.blueprint,
    privacy_routes.blueprint,
    privacy_pages.blueprint,
)
