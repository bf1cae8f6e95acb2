from aiohttp import web

from services.api.accounts.api_keys.models import (
    ApiKeyList,
    ApiKeyNotFoundError,
    CreateApiKey,
    CreatedApiKey,
    InvalidApiKeyError,
)
from services.api.accounts.api_keys.service import ApiKeyRepository, ApiKeyService
from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT

API_KEYS = web.AppKey("api_keys", ApiKeyService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[API_KEYS] = ApiKeyService(ApiKeyRepository(deps.pool), deps.clock, deps.random)


async def list_api_keys(request: web.Request, caller: Caller) -> ApiKeyList:
    """List your API keys.

    Revoked keys are not included.
    """
    return ApiKeyList(keys=tuple(await request.app[API_KEYS].of_user(caller)))


async def create_api_key(request: web.Request, caller: Caller, body: CreateApiKey) -> CreatedApiKey:
    """Create an API key.

    The key is in this response only. Send it as `Authorization: Bearer uvk_…`. It never has more rights than its user.
    """
    created = await request.app[API_KEYS].create(caller, body)
    request[SUBJECT] = created.prefix
    return created


async def revoke_api_key(request: web.Request, caller: Caller) -> None:
    """Revoke an API key.

    It stops working at once. This cannot be undone.
    """
    await request.app[API_KEYS].revoke(caller, request.match_info["id"])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/me/keys", list_api_keys, tag=Tag.ACCOUNTS, operation_id="listApiKeys"),
    Endpoint(
        "POST",
        "/api/v1/me/keys",
        create_api_key,
        tag=Tag.ACCOUNTS,
        operation_id="createApiKey",
        status=201,
        audit="api-key.create",
        raises=(InvalidApiKeyError,),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/me/keys/{id}",
        revoke_api_key,
        tag=Tag.ACCOUNTS,
        operation_id="revokeApiKey",
        status=204,
        audit="api-key.revoke",
        raises=(ApiKeyNotFoundError,),
    ),
)
