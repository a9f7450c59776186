"""The account of whoever is signed in: profile and first visit."""

from huntaze_app.areas import area
from huntaze_app.users import pages, routes

blueprint = area("users", __name__, routes.blueprint, pages.blueprint)
