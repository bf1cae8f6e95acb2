import pytest

from services.worker.enrich.data import load_table
from services.worker.enrich.referrer import NO_REFERRER, Referrer, referrer_facts
from services.worker.enrich.sources import Kind, Sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.load()


def facts(sources: Sources, referrer: str, host: str = "example.com") -> Referrer:
    return referrer_facts(host, referrer, sources, frozenset({"spam.example"}))


@pytest.mark.parametrize("referrer", ["", "nonsense", "https://", "://x", "https:///path"])
def test_no_referrer_or_nonsense_is_none(sources: Sources, referrer: str) -> None:
    assert facts(sources, referrer) == NO_REFERRER


@pytest.mark.parametrize(
    ("host", "referrer"),
    [
        ("example.com", "https://example.com/a"),
        ("www.example.com", "https://example.com/a"),
        ("example.com", "http://www.example.com"),
    ],
)
def test_a_page_of_the_same_site_is_no_referrer(sources: Sources, host: str, referrer: str) -> None:
    assert facts(sources, referrer, host) == NO_REFERRER


def test_another_subdomain_is_another_site(sources: Sources) -> None:
    found = facts(sources, "https://blog.example.com/a")
    assert found.page == "blog.example.com/a"
    assert found.source
    assert found.source.name == "blog.example.com"


def test_the_page_is_kept_without_scheme_and_the_home_pages_slash(sources: Sources) -> None:
    assert facts(sources, "https://www.other.org/a/b/").page == "www.other.org/a/b/"
    assert facts(sources, "https://www.other.org/").page == "www.other.org"
    assert facts(sources, "https://www.other.org").page == "www.other.org"


def test_spam_is_recognised_with_its_subdomains_only(sources: Sources) -> None:
    assert facts(sources, "https://spam.example/").is_spam
    assert facts(sources, "https://a.b.spam.example/x").is_spam
    assert not facts(sources, "https://notspam.example/").is_spam


@pytest.mark.parametrize(
    ("referrer", "name", "kind"),
    [
        ("https://www.google.com/", "Google", Kind.SEARCH),
        ("https://www.google.co.uk/search", "Google", Kind.SEARCH),
        ("https://google.com.br", "Google", Kind.SEARCH),
        ("https://scholar.google.de/x", "Google", Kind.SEARCH),
        ("https://r.duckduckgo.com/l/", "DuckDuckGo", Kind.SEARCH),
        ("https://yandex.com.tr/", "Yandex", Kind.SEARCH),
        ("https://l.facebook.com/l.php", "Facebook", Kind.SOCIAL),
        ("https://t.co/abc", "X", Kind.SOCIAL),
        ("https://news.ycombinator.com/item", "Hacker News", Kind.SOCIAL),
        ("https://old.reddit.com/r/x", "Reddit", Kind.SOCIAL),
        ("https://www.pinterest.co.uk/", "Pinterest", Kind.SOCIAL),
        ("https://m.youtube.com/watch", "YouTube", Kind.VIDEO),
        ("https://smile.amazon.de/x", "Amazon", Kind.SHOPPING),
        ("https://chatgpt.com/", "ChatGPT", Kind.ASSISTANT),
        ("https://gemini.google.com/app", "Gemini", Kind.ASSISTANT),
        ("https://mail.google.com/mail", "Gmail", Kind.EMAIL),
        ("https://docs.google.com/document", "Google Docs", Kind.SITE),
        ("https://translate.google.fr/", "Google Translate", Kind.SITE),
        ("https://en.wikipedia.org/wiki/X", "Wikipedia", Kind.SITE),
        ("https://www.unheard-of.net/", "unheard-of.net", Kind.SITE),
        ("https://google.evil.com/", "google.evil.com", Kind.SITE),
        ("https://notgoogle.com/", "notgoogle.com", Kind.SITE),
        ("https://facebook.com.evil.net/", "facebook.com.evil.net", Kind.SITE),
        ("https://com/", "com", Kind.SITE),
        ("android-app://com.google.android.gm/", "Gmail", Kind.EMAIL),
        ("android-app://com.google.android.googlequicksearchbox/https/www.google.com", "Google", Kind.SEARCH),
        ("android-app://org.telegram.messenger", "Telegram", Kind.SOCIAL),
        ("android-app://com.unheard.of", "com.unheard.of", Kind.SITE),
    ],
)
def test_hosts_and_apps_have_names_and_kinds(sources: Sources, referrer: str, name: str, kind: Kind) -> None:
    assert facts(sources, referrer).source == (name, kind)


def test_no_host_app_or_alias_is_claimed_by_two_sources() -> None:
    table = load_table("sources")
    for part in ("hosts", "apps", "aliases"):
        claimed = [value for named in table.values() for entry in named.values() for value in entry.get(part, ())]
        assert len(claimed) == len(set(claimed)), part
        assert all(value == value.strip() for value in claimed)
    names = [name.lower() for named in table.values() for name in named]
    assert len(names) == len(set(names))
