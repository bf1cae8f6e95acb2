from html import escape

from services.api.http.models import Output


class Snippet(Output):
    collector: str
    """Where the pages send their beacons."""
    html: str
    """The line that counts visits, for the head of every page."""
    noscript: str
    """Goes beside it, for browsers without scripts."""

    @classmethod
    def of(cls, collector: str, site: str) -> "Snippet":
        url, name = escape(collector), escape(site)
        return cls(
            collector=collector,
            html=f'<script defer src="{url}/uv.js" data-site="{name}"></script>',
            noscript=f'<noscript><img src="{url}/pixel.gif?site={name}" alt=""'
            ' referrerpolicy="no-referrer-when-downgrade"></noscript>',
        )
