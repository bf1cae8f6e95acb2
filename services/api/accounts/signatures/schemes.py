from enum import StrEnum


class Scheme(StrEnum):
    """How a request for a site's numbers may be signed. Both are Ed25519."""

    LEGACY = "legacy"
    """`X-Timestamp` and `X-Signature` over `{site_id}:{timestamp}`: says neither what is asked nor how often."""
    RFC9421 = "rfc9421"
    """HTTP Message Signatures over method, path and query, good for one request."""
