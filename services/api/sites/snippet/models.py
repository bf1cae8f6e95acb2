from common.snippet import noscript_tag, script_tag
from services.api.http.models import ResponseModel


class Snippet(ResponseModel):
    collector: str
    """Where the pages send their beacons."""
    html: str
    """The line that counts visits, for the head of every page."""
    noscript: str
    """Goes beside it, for browsers without scripts."""

    @classmethod
    def of(cls, collector: str, site: str) -> "Snippet":
        return cls(collector=collector, html=script_tag(collector, site), noscript=noscript_tag(collector, site))
