"""What the collector's process does without: imported before anything else of it.

redis-py loads PyJWT, and with it cryptography, for the type of a login by tokens that nobody can configure here: 9 MB
in every process, and a tenth of what a start costs.
"""

import sys
from types import ModuleType


class TokenInterface:
    """Stands in for ``redis.auth.token.TokenInterface``, of which nothing is asked without such a login."""


def leave_out_token_logins() -> None:
    """Has no effect once redis-py is loaded."""
    module = ModuleType("redis.auth.token")
    module.__dict__["TokenInterface"] = TokenInterface
    sys.modules.setdefault(module.__name__, module)
