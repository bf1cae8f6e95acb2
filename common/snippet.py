"""The HTML that a site's pages carry so that their visits are counted."""

from html import escape


def script_tag(collector_url: str, site: str) -> str:
    """Return the line for the head of every page."""
    return f'<script defer src="{escape(collector_url)}/uv.js" data-site="{escape(site)}"></script>'


def noscript_tag(collector_url: str, site: str) -> str:
    """Return the line that counts browsers without scripts."""
    return (
        f'<noscript><img src="{escape(collector_url)}/pixel.gif?site={escape(site)}" alt=""'
        ' referrerpolicy="no-referrer-when-downgrade"></noscript>'
    )
