"""Normalized language tags of browsers."""

import re

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z0-9])", re.IGNORECASE)


def language_tag(text: str) -> str:
    """Return the first language in ``text`` as 'en', 'pt-BR' or 'zh-Hant'; '' if there is none.

    If both script and region are given, the region is kept. Accepts ``navigator.language`` and ``Accept-Language``
    headers.
    """
    found = _TAG.match(text.strip())
    if not found:
        return ""
    language, script, region = found.groups()
    if region:
        return f"{language.lower()}-{region.upper()}"
    return f"{language.lower()}-{script.title()}" if script else language.lower()
