from aiohttp import web

from services.api.audit.entries import SUBJECT
from services.api.endpoints import Access, Endpoint
from services.api.users.errors import LastAdminError, UsernameTakenError, UserNotFoundError
from services.api.users.models import ChangeUser, CreateUser, UserList, UserView
from services.api.users.service import UserService

USERS = web.AppKey("users", UserService)


async def list_users(request: web.Request) -> UserList:
    """List users.

    Those who are disabled are among them.
    """
    return UserList(users=tuple(await request.app[USERS].all()))


async def create_user(request: web.Request, body: CreateUser) -> UserView:
    """Make a user.

    They can log in at once.
    """
    request[SUBJECT] = body.username
    return await request.app[USERS].create(body)


async def get_user(request: web.Request) -> UserView:
    """Read a user."""
    return await request.app[USERS].get(request.match_info["username"])


async def change_user(request: web.Request, body: ChangeUser) -> UserView:
    """Change a user.

    The last administrator who can log in can be neither disabled nor made a normal user.
    """
    return await request.app[USERS].change(request.match_info["username"], body)


async def delete_user(request: web.Request) -> None:
    """Delete a user.

    Logins and API keys end at once. What the user did stays in the audit log.
    """
    await request.app[USERS].delete(request.match_info["username"])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/users", list_users, Access.ADMIN),
    Endpoint(
        "POST",
        "/api/v1/users",
        create_user,
        Access.ADMIN,
        status=201,
        audit="user.create",
        raises=(UsernameTakenError,),
    ),
    Endpoint("GET", "/api/v1/users/{username}", get_user, Access.ADMIN, raises=(UserNotFoundError,)),
    Endpoint(
        "PATCH",
        "/api/v1/users/{username}",
        change_user,
        Access.ADMIN,
        audit="user.change",
        raises=(UserNotFoundError, LastAdminError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/users/{username}",
        delete_user,
        Access.ADMIN,
        status=204,
        audit="user.delete",
        raises=(UserNotFoundError, LastAdminError),
    ),
)
