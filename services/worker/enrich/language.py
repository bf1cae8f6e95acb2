"""Languages of browsers, written one way."""

import re

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z0-9])", re.IGNORECASE)


def language_tag(text: str) -> str:
    """The first language in ``text`` as 'en', 'pt-BR' or 'zh-Hant'; '' for what is none.

    Of script and region the region is kept, where both are given. Takes ``navigator.language`` as well as an
    ``Accept-Language`` header.
    """
    found = _TAG.match(text.strip())
    if not found:
        return ""
    language, script, region = found.groups()
    if region:
        return f"{language.lower()}-{region.upper()}"
    return f"{language.lower()}-{script.title()}" if script else language.lower()
