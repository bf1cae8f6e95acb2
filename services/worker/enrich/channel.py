"""Attribution: the source and the channel of a visit, from its referrer and its campaign."""

import re
from enum import StrEnum
from typing import NamedTuple

from services.worker.enrich.campaign import CLICK_IDS, Campaign
from services.worker.enrich.referrer import Referrer
from services.worker.enrich.sources import Source, SourceKind, Sources


class Channel(StrEnum):
    DIRECT = "Direct"
    ORGANIC_SEARCH = "Organic Search"
    PAID_SEARCH = "Paid Search"
    ORGANIC_SOCIAL = "Organic Social"
    PAID_SOCIAL = "Paid Social"
    ORGANIC_VIDEO = "Organic Video"
    PAID_VIDEO = "Paid Video"
    ORGANIC_SHOPPING = "Organic Shopping"
    PAID_SHOPPING = "Paid Shopping"
    PAID_OTHER = "Paid Other"
    DISPLAY = "Display"
    CROSS_NETWORK = "Cross-network"
    AI_ASSISTANTS = "AI Assistants"
    EMAIL = "Email"
    REFERRAL = "Referral"
    AFFILIATES = "Affiliates"
    AUDIO = "Audio"
    SMS = "SMS"
    MOBILE_PUSH = "Mobile Push"


class Attribution(NamedTuple):
    source: str
    channel: Channel


_PAID_MEDIUM = re.compile(
    r"cpc|cpa|cpv|cpl|cpp|ppc|retargeting|remarketing|paid.*|.*[-_ ]paid|.*[-_ ](?:ads?|cpc|ppc)|ads?"
)
_DISPLAY_MEDIUM = re.compile(r"display|banners?|interstitial|expandable|cpm|native|programmatic")
_SHOPPING_CAMPAIGN = re.compile(r"(?:^|[^a-z])shop(?:ping)?(?:$|[^a-z])")

_PAID = {
    SourceKind.SEARCH: Channel.PAID_SEARCH,
    SourceKind.SOCIAL: Channel.PAID_SOCIAL,
    SourceKind.VIDEO: Channel.PAID_VIDEO,
    SourceKind.SHOPPING: Channel.PAID_SHOPPING,
}
_PAID_WORDS = (
    ("search", Channel.PAID_SEARCH),
    ("social", Channel.PAID_SOCIAL),
    ("video", Channel.PAID_VIDEO),
    ("shop", Channel.PAID_SHOPPING),
)
_ORGANIC = {
    SourceKind.SEARCH: Channel.ORGANIC_SEARCH,
    SourceKind.SOCIAL: Channel.ORGANIC_SOCIAL,
    SourceKind.VIDEO: Channel.ORGANIC_VIDEO,
    SourceKind.SHOPPING: Channel.ORGANIC_SHOPPING,
    SourceKind.ASSISTANT: Channel.AI_ASSISTANTS,
    SourceKind.EMAIL: Channel.EMAIL,
    SourceKind.SITE: Channel.REFERRAL,
}
_MEDIUMS = (
    (re.compile(r"e[-_ ]?mails?|newsletters?|mail"), Channel.EMAIL),
    (re.compile(r"affiliates?|partners?"), Channel.AFFILIATES),
    (re.compile(r"audio|podcasts?"), Channel.AUDIO),
    (re.compile(r"sms|text[-_ ]?messages?"), Channel.SMS),
    (re.compile(r".*push|.*notifications?|mobile"), Channel.MOBILE_PUSH),
    (re.compile(r"ai|llm|ai[-_ ]?(?:assistants?|chat|referral)|chatbot"), Channel.AI_ASSISTANTS),
    (re.compile(r"social(?:[-_ ]?(?:media|network))?|sm"), Channel.ORGANIC_SOCIAL),
    (re.compile(r".*video.*"), Channel.ORGANIC_VIDEO),
    (re.compile(r"shopping"), Channel.ORGANIC_SHOPPING),
    (re.compile(r"organic|seo"), Channel.ORGANIC_SEARCH),
    (re.compile(r"referrals?|links?|app"), Channel.REFERRAL),
)
"""Channels by utm_medium. The first match counts."""


def attribution(referrer: Referrer, campaign: Campaign, sources: Sources) -> Attribution:
    """Return the source and the channel of a visit.

    The source that a campaign names has precedence over the referrer, and the referrer over a click id. A visit with a
    campaign or a referrer that fits no other channel is a referral.
    """
    source = _source(referrer, campaign, sources)
    if source is None and not (campaign.utm_medium or campaign.utm_campaign):
        return Attribution("", Channel.DIRECT)
    return Attribution(source.name if source else "", _channel(source, campaign))


def _source(referrer: Referrer, campaign: Campaign, sources: Sources) -> Source | None:
    named = campaign.utm_source or campaign.referred_by
    if named:
        return sources.by_name(named)
    if referrer.source:
        return referrer.source
    return sources.by_name(CLICK_IDS[campaign.click_id].source) if campaign.click_id else None


def _channel(source: Source | None, campaign: Campaign) -> Channel:
    kind = source.kind if source else SourceKind.SITE
    medium, name = campaign.utm_medium.lower(), campaign.utm_campaign.lower()
    if "cross-network" in name or medium == "cross-network":
        return Channel.CROSS_NETWORK
    if campaign.click_id == "dclid" or _DISPLAY_MEDIUM.fullmatch(medium):
        return Channel.DISPLAY
    if _PAID_MEDIUM.fullmatch(medium) or (campaign.click_id and CLICK_IDS[campaign.click_id].is_paid):
        return _paid_channel(kind, medium, name)
    for pattern, channel in _MEDIUMS:
        if medium and pattern.fullmatch(medium):
            # For a referral medium, the kind of the source is more exact.
            return _ORGANIC[kind] if channel is Channel.REFERRAL else channel
    if kind is SourceKind.SITE and source and source.name.lower() in ("sms", "email", "e-mail", "newsletter"):
        return Channel.SMS if source.name.lower() == "sms" else Channel.EMAIL
    return _ORGANIC[kind]


def _paid_channel(kind: SourceKind, medium: str, campaign: str) -> Channel:
    if _SHOPPING_CAMPAIGN.search(campaign):
        return Channel.PAID_SHOPPING
    by_medium = next((channel for word, channel in _PAID_WORDS if word in medium), Channel.PAID_OTHER)
    return _PAID.get(kind, by_medium)
