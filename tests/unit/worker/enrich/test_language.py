import pytest

from services.worker.enrich.language import language_tag


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("en", "en"),
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("es-419", "es-419"),
        ("zh-Hant-TW", "zh-TW"),
        ("zh-hant", "zh-Hant"),
        ("de-DE-1996", "de-DE"),
        ("fil", "fil"),
        (" fr-CH, fr;q=0.9, en;q=0.8", "fr-CH"),
        ("*", ""),
        ("english", ""),
        ("c", ""),
        ("en-US\x00", "en-US"),
        ("12", ""),
    ],
)
def test_languages_are_normalized(text: str, expected: str) -> None:
    assert language_tag(text) == expected
