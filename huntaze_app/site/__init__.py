"""What a visitor sees first."""

from huntaze_app.areas import area
from huntaze_app.site import pages

blueprint = area("site", __name__, pages.blueprint)
