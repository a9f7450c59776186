"""What administrators do: invitations, and a look at the audit trail and the route table."""

from huntaze_app.admin import audit_pages, audit_routes, pages, routes
from huntaze_app.admin.commands import commands
from huntaze_app.areas import area

blueprint = area("admin", __name__, routes.blueprint, audit_routes.blueprint, pages.blueprint, audit_pages.blueprint)

__all__ = ["blueprint", "commands"]
