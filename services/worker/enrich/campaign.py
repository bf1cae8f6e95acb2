"""The campaign in the URL of a page: UTM parameters and click ids."""

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
    """The value of ``ref`` or ``source``, which names the source if there is no utm_source."""
    click_id: str = ""
    """Name of an advertiser's click id in the URL, for example 'gclid'."""


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
    # Facebook adds it to every outgoing link, paid or not.
    "fbclid": ClickId("Facebook", False),
}
"""In order of precedence, paid ones first."""

NO_CAMPAIGN = Campaign()


def parse_campaign(query: str) -> Campaign:
    """Return the campaign in a query that ``common.urls.parse_page_url`` returned; ``NO_CAMPAIGN`` if there is none."""
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
