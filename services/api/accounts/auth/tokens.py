"""Access tokens: JWTs, HS256. The ``kid`` header names the key, so that keys can be exchanged without logging out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from types import MappingProxyType
from uuid import UUID

import jwt

from common.clock import Clock
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.accounts.auth.errors import UnauthenticatedError

_ALGORITHM = "HS256"
_ISSUER = "pyuniqvisit"
_AUDIENCE = "pyuniqvisit-api"
_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "jti")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that signs, and every key whose signatures still count."""

    current: str
    keys: Mapping[str, str]

    @classmethod
    def of(cls, secret: str, previous: Sequence[str] = ()) -> "Keyring":
        """Signs with ``secret``; signatures of ``previous`` ones count as well."""
        return cls(_kid(secret), MappingProxyType({_kid(known): known for known in (*previous, secret)}))


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom an access token was given to, and at which login."""

    user_id: UUID
    session: UUID | None


class AccessTokens:
    """Makes and reads access tokens."""

    def __init__(
        self, keyring: Keyring, life: timedelta, clock: Clock, random: Randomness, audience: str = _AUDIENCE
    ) -> None:
        self._keyring = keyring
        self._audience = audience
        self._clock = clock
        self._random = random
        self.life_seconds = int(life.total_seconds())

    def issue(self, user_id: UUID, session: UUID | None = None) -> str:
        now_ms = self._clock()
        claims = {
            "iss": _ISSUER,
            "aud": self._audience,
            "sub": str(user_id),
            "iat": now_ms // 1000,
            "exp": now_ms // 1000 + self.life_seconds,
            "jti": as_uuid(uuid7(now_ms, self._random(10))).hex,
        }
        if session:
            claims["sid"] = str(session)
        current = self._keyring.current
        return jwt.encode(claims, self._keyring.keys[current], _ALGORITHM, headers={"kid": current})

    def read(self, token: str) -> Holder:
        """Whose token it is. Raises ``UnauthenticatedError``."""
        try:
            key = self._keyring.keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                [_ALGORITHM],
                audience=self._audience,
                issuer=_ISSUER,
                # Times are checked below, against the clock that was given.
                options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            )
            if int(claims["exp"]) * 1000 <= self._clock():
                raise UnauthenticatedError("the access token has expired")
            session = claims.get("sid")
            return Holder(UUID(claims["sub"]), UUID(session) if session else None)
        except (jwt.PyJWTError, AttributeError, KeyError, ValueError, TypeError):
            raise UnauthenticatedError("the access token is not valid") from None


def _kid(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=6, person=b"uv-kid").hexdigest()
