"""Who looks at a site's numbers."""

from dataclasses import dataclass

from services.api.accounts.auth.models import Caller


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user, whoever opened a share link, or anybody."""

    caller: Caller | None = None
    """None for those who did not log in."""
    shared_site_id: int | None = None
    """The site whose share link was opened."""
