"""The documentation of the API, generated from the code."""

from huntaze_app.areas import area
from huntaze_app.docs import pages

blueprint = area("docs", __name__, pages.blueprint)
