"""What the page's URL says about a campaign."""

from typing import NamedTuple
from urllib.parse import parse_qsl

from common.text import clean_text
from common.urls import MAX_VALUE

_MAX_FIELDS = 32


class Campaign(NamedTuple):
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    referred_by: str = ""
    """The value of ``ref`` or ``source``: what says who sent the visitor where there is no utm_source."""
    click_id: str = ""
    """Name of an advertiser's click id that was there, e.g. 'gclid'."""


class ClickId(NamedTuple):
    source: str
    is_paid: bool


CLICK_IDS = {
    "gclid": ClickId("Google", True),
    "gbraid": ClickId("Google", True),
    "wbraid": ClickId("Google", True),
    "dclid": ClickId("Google", True),
    "msclkid": ClickId("Bing", True),
    "yclid": ClickId("Yandex", True),
    "ttclid": ClickId("TikTok", True),
    "twclid": ClickId("X", True),
    "li_fat_id": ClickId("LinkedIn", True),
    # Facebook adds it to every link out, paid for or not.
    "fbclid": ClickId("Facebook", False),
}
"""By precedence: what was paid for says more."""

NO_CAMPAIGN = Campaign()


def campaign_facts(query: str) -> Campaign:
    """The campaign in a page's query, as ``common.urls.parse_page_url`` left it; ``NO_CAMPAIGN`` for none."""
    if not query:
        return NO_CAMPAIGN
    try:
        fields = {
            key: clean_text(value, MAX_VALUE).strip() for key, value in parse_qsl(query, max_num_fields=_MAX_FIELDS)
        }
    except ValueError:
        return NO_CAMPAIGN
    return Campaign(
        utm_source=fields.get("utm_source", ""),
        utm_medium=fields.get("utm_medium", ""),
        utm_campaign=fields.get("utm_campaign", ""),
        utm_term=fields.get("utm_term", ""),
        utm_content=fields.get("utm_content", ""),
        referred_by=fields.get("ref") or fields.get("source", ""),
        click_id=next((name for name in CLICK_IDS if name in fields), ""),
    )
