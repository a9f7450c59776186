"""Is it alive, is it ready."""

from huntaze_app.areas import area
from huntaze_app.ops import routes
from huntaze_app.ops.commands import COMMANDS, no_database

blueprint = area("ops", __name__, routes.blueprint)

__all__ = ["COMMANDS", "blueprint", "no_database"]
