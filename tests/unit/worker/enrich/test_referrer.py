import pytest

from services.worker.enrich.data import load_table
from services.worker.enrich.referrer import NO_REFERRER, Referrer, resolve_referrer
from services.worker.enrich.sources import SourceKind, Sources


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.load()


def resolve(sources: Sources, referrer: str, host: str = "example.com") -> Referrer:
    return resolve_referrer(host, referrer, sources, frozenset({"spam.example"}))


@pytest.mark.parametrize("referrer", ["", "nonsense", "https://", "://x", "https:///path"])
def test_missing_or_invalid_referrer_is_none(sources: Sources, referrer: str) -> None:
    assert resolve(sources, referrer) == NO_REFERRER


@pytest.mark.parametrize(
    ("host", "referrer"),
    [
        ("example.com", "https://example.com/a"),
        ("www.example.com", "https://example.com/a"),
        ("example.com", "http://www.example.com"),
    ],
)
def test_page_of_same_host_is_no_referrer(sources: Sources, host: str, referrer: str) -> None:
    assert resolve(sources, referrer, host) == NO_REFERRER


def test_other_subdomain_is_other_site(sources: Sources) -> None:
    found = resolve(sources, "https://blog.example.com/a")
    assert found.page == "blog.example.com/a"
    assert found.source
    assert found.source.name == "blog.example.com"


def test_referrer_has_no_scheme_and_no_slash_of_home_page(sources: Sources) -> None:
    assert resolve(sources, "https://www.other.org/a/b/").page == "www.other.org/a/b/"
    assert resolve(sources, "https://www.other.org/").page == "www.other.org"
    assert resolve(sources, "https://www.other.org").page == "www.other.org"


def test_spam_includes_subdomains_only(sources: Sources) -> None:
    assert resolve(sources, "https://spam.example/").is_spam
    assert resolve(sources, "https://a.b.spam.example/x").is_spam
    assert not resolve(sources, "https://notspam.example/").is_spam


@pytest.mark.parametrize(
    ("referrer", "name", "kind"),
    [
        ("https://www.google.com/", "Google", SourceKind.SEARCH),
        ("https://www.google.co.uk/search", "Google", SourceKind.SEARCH),
        ("https://google.com.br", "Google", SourceKind.SEARCH),
        ("https://scholar.google.de/x", "Google", SourceKind.SEARCH),
        ("https://r.duckduckgo.com/l/", "DuckDuckGo", SourceKind.SEARCH),
        ("https://yandex.com.tr/", "Yandex", SourceKind.SEARCH),
        ("https://l.facebook.com/l.php", "Facebook", SourceKind.SOCIAL),
        ("https://t.co/abc", "X", SourceKind.SOCIAL),
        ("https://news.ycombinator.com/item", "Hacker News", SourceKind.SOCIAL),
        ("https://old.reddit.com/r/x", "Reddit", SourceKind.SOCIAL),
        ("https://www.pinterest.co.uk/", "Pinterest", SourceKind.SOCIAL),
        ("https://m.youtube.com/watch", "YouTube", SourceKind.VIDEO),
        ("https://smile.amazon.de/x", "Amazon", SourceKind.SHOPPING),
        ("https://chatgpt.com/", "ChatGPT", SourceKind.ASSISTANT),
        ("https://gemini.google.com/app", "Gemini", SourceKind.ASSISTANT),
        ("https://mail.google.com/mail", "Gmail", SourceKind.EMAIL),
        ("https://docs.google.com/document", "Google Docs", SourceKind.SITE),
        ("https://translate.google.fr/", "Google Translate", SourceKind.SITE),
        ("https://en.wikipedia.org/wiki/X", "Wikipedia", SourceKind.SITE),
        ("https://www.unheard-of.net/", "unheard-of.net", SourceKind.SITE),
        ("https://google.evil.com/", "google.evil.com", SourceKind.SITE),
        ("https://notgoogle.com/", "notgoogle.com", SourceKind.SITE),
        ("https://facebook.com.evil.net/", "facebook.com.evil.net", SourceKind.SITE),
        ("https://com/", "com", SourceKind.SITE),
        ("android-app://com.google.android.gm/", "Gmail", SourceKind.EMAIL),
        ("android-app://com.google.android.googlequicksearchbox/https/www.google.com", "Google", SourceKind.SEARCH),
        ("android-app://org.telegram.messenger", "Telegram", SourceKind.SOCIAL),
        ("android-app://com.unheard.of", "com.unheard.of", SourceKind.SITE),
    ],
)
def test_hosts_and_apps_have_names_and_kinds(sources: Sources, referrer: str, name: str, kind: SourceKind) -> None:
    assert resolve(sources, referrer).source == (name, kind)


def test_no_host_app_or_alias_belongs_to_two_sources() -> None:
    table = load_table("sources")
    for part in ("hosts", "apps", "aliases"):
        claimed = [value for named in table.values() for entry in named.values() for value in entry.get(part, ())]
        assert len(claimed) == len(set(claimed)), part
        assert all(value == value.strip() for value in claimed)
    names = [name.lower() for named in table.values() for name in named]
    assert len(names) == len(set(names))
