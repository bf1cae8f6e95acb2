from functools import partial

from aiohttp import web

from services.api.accounts.auth.models import Caller, InsufficientScopeError, UnauthenticatedError
from services.api.accounts.auth.routes import authenticate
from services.api.accounts.auth.service import ActiveUserRepository
from services.api.accounts.signatures.routes import is_signed, verify_signature
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint, check_scope
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import ACTOR, SUBJECT
from services.api.sites.keys.codes import RegistrationCodes, is_registration_code
from services.api.sites.keys.models import (
    AddSiteKey,
    CreateRegistrationCode,
    RegisteredKey,
    RegisterKey,
    RegisterQuery,
    RegistrationCode,
    SiteKey,
    SiteKeyExistsError,
    SiteKeyList,
    SiteKeyNotFoundError,
    TooManySiteKeysError,
)
from services.api.sites.keys.registration import KeyRegistration, KeyRegistrationService
from services.api.sites.keys.service import SiteKeyRepository, SiteKeyService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

SITE_KEYS = web.AppKey("site_keys", SiteKeyService)
REGISTRATION = web.AppKey("registration", KeyRegistrationService)


def setup(app: web.Application, deps: Dependencies) -> None:
    codes = RegistrationCodes(deps.redis, deps.random)
    keys = SiteKeyService(SiteKeyRepository(deps.pool), app[SITES], codes, deps.clock, deps.random)
    caller_by_id = partial(ActiveUserRepository(deps.pool).of_session, session=None)
    app[SITE_KEYS] = keys
    app[REGISTRATION] = KeyRegistrationService(keys, app[SITES], codes, caller_by_id)


async def list_site_keys(request: web.Request, caller: Caller) -> SiteKeyList:
    """List the keys of a site.

    Revoked keys are not included.
    """
    return SiteKeyList(keys=tuple(await request.app[SITE_KEYS].of_site(caller, request.match_info["name"])))


async def add_site_key(request: web.Request, caller: Caller, body: AddSiteKey) -> SiteKey:
    """Add a public key to a site.

    The holder of the private key can see the reports of this site, and nothing else.
    """
    added = await request.app[SITE_KEYS].create(caller, request.match_info["name"], body)
    request[SUBJECT] = f"{request.match_info['name']}/{added.id}"
    return added


async def revoke_site_key(request: web.Request, caller: Caller) -> None:
    """Revoke a key of a site.

    It stops working at once. This cannot be undone.
    """
    await request.app[SITE_KEYS].revoke(caller, request.match_info["name"], request.match_info["id"])


async def create_registration_code(
    request: web.Request, caller: Caller, body: CreateRegistrationCode | None
) -> RegistrationCode:
    """Create a one-time code for a device.

    The device registers its own key with it at `POST /register-key`. The code is valid for ten minutes and one key.
    """
    return await request.app[SITE_KEYS].create_code(
        caller, request.match_info["name"], body or CreateRegistrationCode()
    )


async def register_key(request: web.Request, query: RegisterQuery, body: RegisterKey) -> RegisteredKey:
    """Register a public key for a site.

    A user of the site sends `Authorization: Bearer`; a device sends a one-time code, there or as `code`. With
    `force=true` the key replaces all others (for a user), or the one that signed this request by RFC 9421, including
    its body.
    """
    registered = await _register(request, body, force=query.force)
    request[ACTOR] = registered.actor
    request[SUBJECT] = f"{body.site_id}/{registered.key.id}"
    return registered.key


async def _register(request: web.Request, body: RegisterKey, *, force: bool) -> KeyRegistration:
    registration = request.app[REGISTRATION]
    bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
    if bearer and not is_registration_code(bearer):
        caller = await authenticate(request)
        check_scope(caller, _REGISTER)
        return await registration.by_user(caller, body, force=force)
    if force:
        if bearer or body.code or not is_signed(request):
            raise UnauthenticatedError("only a user of the site or the old key itself can replace keys")
        return await registration.by_old_key(await verify_signature(request, body.site_id), body)
    return await registration.by_code(bearer or body.code or "", body)


_REGISTER = Endpoint(
    "POST",
    "/register-key",
    register_key,
    Access.PUBLIC,
    tag=Tag.SITE_KEYS,
    operation_id="registerKey",
    audit="site-key.register",
    raises=(
        UnauthenticatedError,
        InsufficientScopeError,
        SiteNotFoundError,
        SiteKeyExistsError,
        TooManySiteKeysError,
    ),
)

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/keys",
        list_site_keys,
        tag=Tag.SITE_KEYS,
        operation_id="listSiteKeys",
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/keys",
        add_site_key,
        tag=Tag.SITE_KEYS,
        operation_id="addSiteKey",
        status=201,
        audit="site-key.create",
        raises=(SiteNotFoundError, SiteKeyExistsError, TooManySiteKeysError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}/keys/{id}",
        revoke_site_key,
        tag=Tag.SITE_KEYS,
        operation_id="revokeSiteKey",
        status=204,
        audit="site-key.revoke",
        raises=(SiteNotFoundError, SiteKeyNotFoundError),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/registration-codes",
        create_registration_code,
        tag=Tag.SITE_KEYS,
        operation_id="createRegistrationCode",
        status=201,
        audit="site-key.invite",
        raises=(SiteNotFoundError,),
    ),
    _REGISTER,
)
