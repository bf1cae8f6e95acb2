from aiohttp import web

from services.api.accounts.users.models import (
    CreateUser,
    LastAdminError,
    UpdateUser,
    User,
    UserList,
    UsernameTakenError,
    UserNotFoundError,
)
from services.api.accounts.users.service import UserRepository, UserService
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT

USERS = web.AppKey("users", UserService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[USERS] = UserService(UserRepository(deps.pool), deps.passwords, deps.clock)


async def list_users(request: web.Request) -> UserList:
    """List users.

    Disabled users are included.
    """
    return UserList(users=tuple(await request.app[USERS].all()))


async def create_user(request: web.Request, body: CreateUser) -> User:
    """Create a user.

    The user can log in at once.
    """
    request[SUBJECT] = body.username
    return await request.app[USERS].create(body)


async def get_user(request: web.Request) -> User:
    """Get a user."""
    return await request.app[USERS].get(request.match_info["username"])


async def update_user(request: web.Request, body: UpdateUser) -> User:
    """Update a user.

    The last enabled administrator can be neither disabled nor made a normal user.
    """
    return await request.app[USERS].update(request.match_info["username"], body)


async def delete_user(request: web.Request) -> None:
    """Delete a user.

    Sessions and API keys of the user end at once. The user's entries in the audit log stay.
    """
    await request.app[USERS].delete(request.match_info["username"])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/users", list_users, Access.ADMIN, tag=Tag.ACCOUNTS, operation_id="listUsers"),
    Endpoint(
        "POST",
        "/api/v1/users",
        create_user,
        Access.ADMIN,
        tag=Tag.ACCOUNTS,
        operation_id="createUser",
        status=201,
        audit="user.create",
        raises=(UsernameTakenError,),
    ),
    Endpoint(
        "GET",
        "/api/v1/users/{username}",
        get_user,
        Access.ADMIN,
        tag=Tag.ACCOUNTS,
        operation_id="getUser",
        raises=(UserNotFoundError,),
    ),
    Endpoint(
        "PATCH",
        "/api/v1/users/{username}",
        update_user,
        Access.ADMIN,
        tag=Tag.ACCOUNTS,
        operation_id="updateUser",
        audit="user.update",
        raises=(UserNotFoundError, LastAdminError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/users/{username}",
        delete_user,
        Access.ADMIN,
        tag=Tag.ACCOUNTS,
        operation_id="deleteUser",
        status=204,
        audit="user.delete",
        raises=(UserNotFoundError, LastAdminError),
    ),
)
