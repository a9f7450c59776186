"""What happens in a creator's business."""

from huntaze_app.analytics import pages, routes
from huntaze_app.areas import area

blueprint = area("analytics", __name__, routes.blueprint, pages.blueprint)
