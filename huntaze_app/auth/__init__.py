"""Signing up, in and out."""

from huntaze_app.areas import area
from huntaze_app.auth import google, pages, routes

blueprint = area("auth", __name__, routes.blueprint, pages.blueprint, google.blueprint)
