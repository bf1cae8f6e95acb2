"""Keep PyJWT out of the collector's process; imported before anything else of the collector.

redis-py imports PyJWT, and with it cryptography, for the type of a login by tokens that cannot be configured here. That
is 10 MB per process, a seventh of its memory (decision 71).
"""

import sys
from types import ModuleType


class TokenInterface:
    """Replaces ``redis.auth.token.TokenInterface``, which redis-py uses only in annotations without such a login."""


def skip_token_logins() -> None:
    """Register the replacement, unless redis-py is loaded already."""
    module = ModuleType("redis.auth.token")
    module.__dict__["TokenInterface"] = TokenInterface
    sys.modules.setdefault(module.__name__, module)
