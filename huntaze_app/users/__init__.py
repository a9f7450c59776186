"""The account of whoever is signed in: profile and first visit."""

from huntaze_app.areas import area
from huntaze_app.users import key_pages, key_routes, pages, routes

blueprint = area("users", __name__, routes.blueprint, pages.blueprint, key_routes.blueprint, key_pages.blueprint)
