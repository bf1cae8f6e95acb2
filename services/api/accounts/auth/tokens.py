"""Access tokens, which are JWTs, and opaque tokens, of which only a hash is stored."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b, sha256
from types import MappingProxyType
from uuid import UUID

import jwt

from common.clock import Clock
from common.ids import as_uuid, uuid7
from common.salts import Randomness
from services.api.accounts.auth.models import UnauthenticatedError

_ALGORITHM = "HS256"
_ISSUER = "pyuniqvisit"
_AUDIENCE = "pyuniqvisit-api"
_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "jti")
_OPAQUE_BYTES = 32


def new_secret(random: Randomness) -> str:
    """Return a random token of 43 characters that are valid in a URL and in a header."""
    return base64.urlsafe_b64encode(random(_OPAQUE_BYTES)).rstrip(b"=").decode()


def hash_secret(secret: str) -> bytes:
    """Return the SHA-256 hash of a random token, 32 bytes. The tokens are long, so a fast hash is enough."""
    return sha256(secret.encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that signs, and all keys whose signatures are valid.

    The ``kid`` header of a token names its key, so keys can be rotated without logging users out.
    """

    current: str
    keys: Mapping[str, str]

    @classmethod
    def of(cls, secret: str, previous: Sequence[str] = ()) -> "Keyring":
        """Return a keyring that signs with ``secret`` and also accepts signatures of ``previous`` secrets."""
        return cls(_key_id(secret), MappingProxyType({_key_id(known): known for known in (*previous, secret)}))


@dataclass(frozen=True, slots=True)
class TokenSubject:
    """The user and the session that an access token was issued to."""

    user_id: UUID
    session: UUID | None


class AccessTokens:
    """Issues and verifies access tokens: JWTs with HS256."""

    def __init__(
        self, keyring: Keyring, lifetime: timedelta, clock: Clock, random: Randomness, audience: str = _AUDIENCE
    ) -> None:
        self._keyring = keyring
        self._audience = audience
        self._clock = clock
        self._random = random
        self.lifetime_seconds = int(lifetime.total_seconds())

    def issue(self, user_id: UUID, session: UUID | None = None) -> str:
        now_ms = self._clock()
        claims = {
            "iss": _ISSUER,
            "aud": self._audience,
            "sub": str(user_id),
            "iat": now_ms // 1000,
            "exp": now_ms // 1000 + self.lifetime_seconds,
            "jti": as_uuid(uuid7(now_ms, self._random(10))).hex,
        }
        if session:
            claims["sid"] = str(session)
        current = self._keyring.current
        return jwt.encode(claims, self._keyring.keys[current], _ALGORITHM, headers={"kid": current})

    def verify(self, token: str) -> TokenSubject:
        """Return the subject of a valid token. Raises ``UnauthenticatedError``."""
        try:
            key = self._keyring.keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                [_ALGORITHM],
                audience=self._audience,
                issuer=_ISSUER,
                # Times are checked below, against the clock that was passed in.
                options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False},
            )
            if int(claims["exp"]) * 1000 <= self._clock():
                raise UnauthenticatedError("the access token has expired")
            session = claims.get("sid")
            return TokenSubject(UUID(claims["sub"]), UUID(session) if session else None)
        except (jwt.PyJWTError, AttributeError, KeyError, ValueError, TypeError):
            raise UnauthenticatedError("the access token is invalid") from None


def _key_id(secret: str) -> str:
    return blake2b(secret.encode(), digest_size=6, person=b"uv-kid").hexdigest()
