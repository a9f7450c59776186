"""What administrators do: invitations, and a look at the route table."""

from huntaze_app.admin import pages, routes
from huntaze_app.admin.commands import commands
from huntaze_app.areas import area

blueprint = area("admin", __name__, routes.blueprint, pages.blueprint)

__all__ = ["blueprint", "commands"]
