import pytest

from services.worker.enrich.campaign import CLICK_IDS, NO_CAMPAIGN, parse_campaign
from services.worker.enrich.channel import Channel, attribution
from services.worker.enrich.referrer import resolve_referrer
from services.worker.enrich.sources import Sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.load()


@pytest.mark.parametrize(
    ("referrer", "query", "source", "channel"),
    [
        # Without a campaign the referrer decides.
        ("", "", "", Channel.DIRECT),
        ("https://example.com/a", "", "", Channel.DIRECT),
        ("https://www.google.de/", "", "Google", Channel.ORGANIC_SEARCH),
        ("https://t.co/x", "", "X", Channel.ORGANIC_SOCIAL),
        ("https://youtu.be/x", "", "YouTube", Channel.ORGANIC_VIDEO),
        ("https://www.etsy.com/x", "", "Etsy", Channel.ORGANIC_SHOPPING),
        ("https://claude.ai/chat", "", "Claude", Channel.AI_ASSISTANTS),
        ("https://outlook.live.com/", "", "Outlook", Channel.EMAIL),
        ("https://github.com/a/b", "", "GitHub", Channel.REFERRAL),
        ("https://www.blog.net/x", "", "blog.net", Channel.REFERRAL),
        # The source of a campaign has precedence.
        ("https://www.google.de/", "utm_source=newsletter", "newsletter", Channel.EMAIL),
        ("https://www.google.de/", "utm_source=fb&utm_medium=social", "Facebook", Channel.ORGANIC_SOCIAL),
        ("", "utm_source=chatgpt.com", "ChatGPT", Channel.AI_ASSISTANTS),
        ("", "utm_source=Www.Example.NET", "example.net", Channel.REFERRAL),
        ("", "ref=producthunt", "Product Hunt", Channel.ORGANIC_SOCIAL),
        ("", "source=hn", "Hacker News", Channel.ORGANIC_SOCIAL),
        ("", "ref=a&source=b", "a", Channel.REFERRAL),
        ("", "ref=a&utm_source=c", "c", Channel.REFERRAL),
        # Paid, by medium.
        ("", "utm_source=google&utm_medium=cpc", "Google", Channel.PAID_SEARCH),
        ("", "utm_source=BING&utm_medium=PPC", "Bing", Channel.PAID_SEARCH),
        ("", "utm_source=ig&utm_medium=paid_social", "Instagram", Channel.PAID_SOCIAL),
        ("", "utm_source=youtube&utm_medium=cpv", "YouTube", Channel.PAID_VIDEO),
        ("", "utm_source=amazon&utm_medium=cpc", "Amazon", Channel.PAID_SHOPPING),
        ("", "utm_source=google&utm_medium=cpc&utm_campaign=Shopping-DE", "Google", Channel.PAID_SHOPPING),
        ("", "utm_source=google&utm_medium=cpc&utm_campaign=workshop", "Google", Channel.PAID_SEARCH),
        ("", "utm_source=partner&utm_medium=cpc", "partner", Channel.PAID_OTHER),
        ("", "utm_source=partner&utm_medium=paid-social", "partner", Channel.PAID_SOCIAL),
        ("", "utm_source=partner&utm_medium=paid_search", "partner", Channel.PAID_SEARCH),
        # Paid, by click id.
        ("https://www.google.de/", "gclid=1", "Google", Channel.PAID_SEARCH),
        ("", "gclid=1", "Google", Channel.PAID_SEARCH),
        ("", "msclkid=1", "Bing", Channel.PAID_SEARCH),
        ("https://www.youtube.com/", "gclid=1", "YouTube", Channel.PAID_VIDEO),
        ("", "ttclid=1", "TikTok", Channel.PAID_SOCIAL),
        ("", "li_fat_id=1", "LinkedIn", Channel.PAID_SOCIAL),
        ("", "dclid=1", "Google", Channel.DISPLAY),
        ("", "fbclid=1", "Facebook", Channel.ORGANIC_SOCIAL),
        ("https://m.facebook.com/", "fbclid=1&utm_medium=paid&utm_source=facebook", "Facebook", Channel.PAID_SOCIAL),
        # Other mediums.
        ("", "utm_source=x&utm_medium=banner", "X", Channel.DISPLAY),
        ("", "utm_source=adnet&utm_medium=cpm", "adnet", Channel.DISPLAY),
        ("", "utm_source=list&utm_medium=E-Mail", "list", Channel.EMAIL),
        ("", "utm_source=bob&utm_medium=affiliate", "bob", Channel.AFFILIATES),
        ("", "utm_source=show&utm_medium=podcast", "show", Channel.AUDIO),
        ("", "utm_source=sms", "sms", Channel.SMS),
        ("", "utm_source=app&utm_medium=sms", "app", Channel.SMS),
        ("", "utm_source=app&utm_medium=web-push", "app", Channel.MOBILE_PUSH),
        ("", "utm_source=site&utm_medium=video", "site", Channel.ORGANIC_VIDEO),
        ("", "utm_source=site&utm_medium=organic", "site", Channel.ORGANIC_SEARCH),
        ("", "utm_source=google&utm_medium=referral", "Google", Channel.ORGANIC_SEARCH),
        ("", "utm_source=poster&utm_medium=qr", "poster", Channel.REFERRAL),
        ("", "utm_medium=email", "", Channel.EMAIL),
        ("", "utm_campaign=spring", "", Channel.REFERRAL),
        ("", "utm_source=google&utm_medium=cpc&utm_campaign=Cross-network", "Google", Channel.CROSS_NETWORK),
        ("", "utm_term=only", "", Channel.DIRECT),
    ],
)
def test_source_and_channel_of_a_visit(
    sources: Sources, referrer: str, query: str, source: str, channel: Channel
) -> None:
    page_referrer = resolve_referrer("example.com", referrer, sources, frozenset())
    assert attribution(page_referrer, parse_campaign(query), sources) == (source, channel)


def test_source_of_every_click_id_is_in_table(sources: Sources) -> None:
    for click_id in CLICK_IDS.values():
        assert sources.by_name(click_id.source).kind != "site"


def test_campaign_is_read_from_query() -> None:
    found = parse_campaign("utm_source=a%20b&utm_medium=+c+&utm_campaign=%C3%A4&utm_term=t&utm_content=o")
    assert found[:5] == ("a b", "c", "ä", "t", "o")


@pytest.mark.parametrize("query", ["", "&".join(f"k{n}={n}" for n in range(100))])
def test_empty_or_oversized_query_has_no_campaign(query: str) -> None:
    assert parse_campaign(query) == NO_CAMPAIGN
