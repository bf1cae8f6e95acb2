from aiohttp import web

from services.api.audit.entries import SUBJECT
from services.api.auth.models import Caller
from services.api.endpoints import Endpoint
from services.api.keys.errors import KeyNotFoundError, UnusableKeyError
from services.api.keys.models import KeyList, MadeKey, NewKey
from services.api.keys.service import KeyService

KEYS = web.AppKey("keys", KeyService)


async def list_keys(request: web.Request, caller: Caller) -> KeyList:
    """Your API keys, without those that you revoked."""
    return KeyList(keys=tuple(await request.app[KEYS].of_user(caller)))


async def make_key(request: web.Request, caller: Caller, body: NewKey) -> MadeKey:
    """Make an API key.

    The key is told in this answer and never again. Send it as `Authorization: Bearer uvk_…`. It never may more than
    you may.
    """
    made = await request.app[KEYS].make(caller, body)
    request[SUBJECT] = made.prefix
    return made


async def revoke_key(request: web.Request, caller: Caller) -> None:
    """Revoke an API key, at once and for good."""
    await request.app[KEYS].revoke(caller, request.match_info["id"])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/me/keys", list_keys),
    Endpoint("POST", "/api/v1/me/keys", make_key, status=201, audit="key.create", raises=(UnusableKeyError,)),
    Endpoint("DELETE", "/api/v1/me/keys/{id}", revoke_key, status=204, audit="key.revoke", raises=(KeyNotFoundError,)),
)
