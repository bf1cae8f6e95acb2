"""The tags of the OpenAPI document: a closed list, so that renaming a package changes nothing public."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Tag(StrEnum):
    ACCOUNTS = "accounts"
    SITES = "sites"
    REPORTS = "reports"
    GOALS = "goals"
    FUNNELS = "funnels"
    BOTS = "bots"
    INSIGHTS = "insights"
    ALERTS = "alerts"
    VISITORS = "visitors"
    SERVER_EVENTS = "server-events"
    EXPORT_IMPORT = "export-import"
    SITE_KEYS = "site-keys"
    OPERATIONS = "operations"
    COMPAT = "compat"
    DESCRIPTION = "description"


TAG_DESCRIPTIONS: Mapping[Tag, str] = MappingProxyType(
    {
        Tag.ACCOUNTS: "Log in, and manage users, sessions, second factors and API keys.",
        Tag.SITES: "Manage sites, their members, share links and tracking snippets.",
        Tag.REPORTS: "Read the statistics of a site.",
        Tag.GOALS: "Define goals: pages that visitors should view, or custom events that they should trigger.",
        Tag.FUNNELS: "Define funnels: steps that visitors should take in order.",
        Tag.BOTS: "See what was filtered as bots, and override the bot rules.",
        Tag.INSIGHTS: "Read forecasts, anomalies and key figures, which are computed every night.",
        Tag.ALERTS: "Send an email or call a webhook on spikes, dips and silence, or as a regular summary.",
        Tag.VISITORS: "Look at single visitors and their visits, and answer requests for access and erasure.",
        Tag.SERVER_EVENTS: "Send events from a server, current or past.",
        Tag.EXPORT_IMPORT: "Export all visits and events of a site, and import such a file.",
        Tag.SITE_KEYS: "Manage the public keys with which devices sign their requests for the reports of one site.",
        Tag.OPERATIONS: "Operate the install: accounting, audit log, data retention and rollups.",
        Tag.COMPAT: "A simpler API for existing clients, with the same numbers.",
        Tag.DESCRIPTION: "This description of the API.",
    }
)
