"""Business figures, month by month."""

from huntaze_app.areas import area
from huntaze_app.metrics import routes

blueprint = area("metrics", __name__, routes.blueprint)
