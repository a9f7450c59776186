"""What administrators do: invitations, the waitlist, and a look at the audit trail and the route table."""

from huntaze_app.admin import audit_pages, audit_routes, pages, routes, waitlist_pages, waitlist_routes
from huntaze_app.admin.commands import commands
from huntaze_app.areas import area

blueprint = area(
    "admin",
    __name__,
    routes.blueprint,
    audit_routes.blueprint,
    waitlist_routes.blueprint,
    pages.blueprint,
    audit_pages.blueprint,
    waitlist_pages.blueprint,
)

__all__ = ["blueprint", "commands"]
