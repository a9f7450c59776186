"""Huntaze, the web application."""

from huntaze_app.factory import create_app

__all__ = ["create_app"]
