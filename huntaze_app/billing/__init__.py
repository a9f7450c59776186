"""What a user pays for."""

from huntaze_app.areas import area
from huntaze_app.billing import routes

blueprint = area("billing", __name__, routes.blueprint)
