"""Security headers of pages."""

from collections.abc import Mapping
from types import MappingProxyType

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}

DASHBOARD: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Cache-Control": "no-cache",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
    }
)

# Their names hold a hash of what is in them.
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

# Asked for by their names, by systems that show them on a home screen.
ICONS: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Cache-Control": "public, max-age=86400",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'",
    }
)

# Visited like any site: its script and beacons go to the collector, which is another origin.
DEMO: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Cache-Control": "no-cache",
        # As browsers do by themselves: what refers to a page is part of the demonstration.
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Content-Security-Policy": "object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    }
)
