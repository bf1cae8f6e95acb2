from aiohttp import web

from services.api.accounts.api_keys.errors import KeyNotFoundError, UnusableKeyError
from services.api.accounts.api_keys.models import KeyList, MadeKey, NewKey
from services.api.accounts.api_keys.repository import KeyRepository
from services.api.accounts.api_keys.service import KeyService
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.entries import SUBJECT

KEYS = web.AppKey("keys", KeyService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[KEYS] = KeyService(KeyRepository(deps.pool), deps.clock, deps.random)


async def list_keys(request: web.Request, caller: Caller) -> KeyList:
    """List your API keys.

    Revoked keys are not included.
    """
    return KeyList(keys=tuple(await request.app[KEYS].of_user(caller)))


async def make_key(request: web.Request, caller: Caller, body: NewKey) -> MadeKey:
    """Create an API key.

    The key is in this response only. Send it as `Authorization: Bearer uvk_…`. It never has more rights than its user.
    """
    made = await request.app[KEYS].make(caller, body)
    request[SUBJECT] = made.prefix
    return made


async def revoke_key(request: web.Request, caller: Caller) -> None:
    """Revoke an API key.

    It stops working at once. This cannot be undone.
    """
    await request.app[KEYS].revoke(caller, request.match_info["id"])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/me/keys", list_keys, tag=Tag.ACCOUNTS, operation_id="listApiKeys"),
    Endpoint(
        "POST",
        "/api/v1/me/keys",
        make_key,
        tag=Tag.ACCOUNTS,
        operation_id="createApiKey",
        status=201,
        audit="api-key.create",
        raises=(UnusableKeyError,),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/me/keys/{id}",
        revoke_key,
        tag=Tag.ACCOUNTS,
        operation_id="revokeApiKey",
        status=204,
        audit="api-key.revoke",
        raises=(KeyNotFoundError,),
    ),
)
