"""Names of traffic sources: referring hosts, apps and campaign sources, from ``data/sources.yml``."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from common.urls import MAX_VALUE
from services.worker.enrich.data import load_table

_PUBLIC_SUFFIX = re.compile(r"\.(?:com|(?:com?\.)?[a-z]{2})$")


class SourceKind(StrEnum):
    """Kinds of sources. ``SITE`` is any other site."""

    SEARCH = "search"
    SOCIAL = "social"
    VIDEO = "video"
    SHOPPING = "shopping"
    ASSISTANT = "assistant"
    EMAIL = "email"
    SITE = "site"


class Source(NamedTuple):
    name: str
    kind: SourceKind


def bare_host(host: str) -> str:
    """Return ``host`` without a leading www."""
    return host.removeprefix("www.")


class Sources:
    """Finds sources. Built once; read only."""

    def __init__(self, table: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._hosts: dict[str, Source] = {}
        self._international: dict[str, Source] = {}
        self._apps: dict[str, Source] = {}
        self._aliases: dict[str, Source] = {}
        for kind, named in table.items():
            for name, entry in named.items():
                self._add(Source(name, SourceKind(kind)), entry)

    @classmethod
    def load(cls) -> "Sources":
        return cls(load_table("sources"))

    def by_host(self, host: str) -> Source:
        """Return the source of ``host``; an unknown host is its own source."""
        return self._known_host(host) or Source(bare_host(host), SourceKind.SITE)

    def by_app(self, package: str) -> Source:
        """Return the source of an Android package."""
        return self._apps.get(package) or Source(package, SourceKind.SITE)

    def by_name(self, name: str) -> Source:
        """Return the source that a campaign calls ``name``: a known name, a host, or the name itself in lower case."""
        folded = name.strip().lower()
        known = self._aliases.get(folded) or ("." in folded and self._known_host(folded))
        return known or Source(bare_host(folded)[:MAX_VALUE], SourceKind.SITE)

    def _add(self, source: Source, entry: Mapping[str, Any]) -> None:
        for host in entry.get("hosts", ()):
            if host.endswith(".*"):
                self._international[host[:-2]] = source
            else:
                self._hosts[host] = source
        self._apps.update(dict.fromkeys(entry.get("apps", ()), source))
        self._aliases.update(dict.fromkeys((source.name.lower(), *entry.get("aliases", ())), source))

    def _known_host(self, host: str) -> Source | None:
        # From the whole host to its last label, so that the longest entry wins.
        stem, found = _PUBLIC_SUFFIX.subn("", host)
        while host:
            source = self._hosts.get(host) or (found and self._international.get(stem))
            if source:
                return source
            host = host.partition(".")[2]
            stem = stem.partition(".")[2]
        return None
