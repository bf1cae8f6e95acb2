"""Viewing tokens: what whoever opened a share link carries. Marked, so that they are no user's access tokens."""

from uuid import UUID

from services.api.accounts.auth.models import UnauthenticatedError
from services.api.accounts.auth.tokens import AccessTokens

PREFIX = "uvs_"
AUDIENCE = "pyuniqvisit-shares"


class ViewingTokens:
    """``signed``: makes and reads tokens for ``AUDIENCE``; their subject is a share link."""

    def __init__(self, signed: AccessTokens) -> None:
        self._signed = signed
        self.lifetime_seconds = signed.lifetime_seconds

    def issue(self, share_id: UUID) -> str:
        return PREFIX + self._signed.issue(share_id)

    def read(self, token: str) -> UUID:
        """Which share link was opened. Raises ``UnauthenticatedError``."""
        if not is_viewing_token(token):
            raise UnauthenticatedError("this is no token of a share link")
        return self._signed.verify(token.removeprefix(PREFIX)).user_id


def is_viewing_token(token: str) -> bool:
    return token.startswith(PREFIX)
