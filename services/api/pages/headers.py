"""Security headers of pages."""

from collections.abc import Mapping
from types import MappingProxyType

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}

DASHBOARD: Mapping[str, str] = MappingProxyType(
    {
        **_COMMON,
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

# Their names contain a hash of their content.
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        **_COMMON,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

# Requested by operating systems that show them on a home screen.
ICONS: Mapping[str, str] = MappingProxyType(
    {
        **_COMMON,
        "Cache-Control": "public, max-age=86400",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'",
    }
)

# Works like any tracked site: the script and the beacons use the collector, which is another origin.
DEMO: Mapping[str, str] = MappingProxyType(
    {
        **_COMMON,
        "Cache-Control": "no-cache",
        # The default of browsers: referrers are part of the demonstration.
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Content-Security-Policy": "object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    }
)
