from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.goals.models import (
    GoalInUseError,
    GoalList,
    GoalNameTakenError,
    GoalNotFoundError,
    GoalView,
    NewGoal,
    TooManyGoalsError,
)
from services.api.goals.service import GoalRepository, GoalService
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

GOALS = web.AppKey("goals", GoalService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[GOALS] = GoalService(GoalRepository(deps.pool), deps.clock, deps.random)


async def list_goals(request: web.Request, viewer: Viewer) -> GoalList:
    """List the goals of a site.

    Available to all users who can see the site's reports.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return GoalList(goals=tuple(GoalView.of(goal) for goal in await request.app[GOALS].of_site(site)))


async def create_goal(request: web.Request, caller: Caller, body: NewGoal) -> GoalView:
    """Create a goal.

    A goal is a page that visitors should view, or a custom event that they should trigger. It also counts for the past.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    goal = await request.app[GOALS].create(site, body)
    request[SUBJECT] = f"{site.name}/{goal.id}"
    return GoalView.of(goal)


async def get_goal(request: web.Request, viewer: Viewer) -> GoalView:
    """Get a goal."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return GoalView.of(await request.app[GOALS].get(site, request.match_info["id"]))


async def replace_goal(request: web.Request, caller: Caller, body: NewGoal) -> GoalView:
    """Replace a goal.

    Funnels that have it as a step use the new definition.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return GoalView.of(await request.app[GOALS].replace(site, request.match_info["id"], body))


async def delete_goal(request: web.Request, caller: Caller) -> None:
    """Delete a goal.

    The recorded visits and events stay.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[GOALS].delete(site, request.match_info["id"])


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/goals",
        list_goals,
        Access.VIEWER,
        tag=Tag.GOALS,
        operation_id="listGoals",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/goals",
        create_goal,
        tag=Tag.GOALS,
        operation_id="createGoal",
        status=201,
        audit="goal.create",
        raises=(SiteNotFoundError, GoalNameTakenError, TooManyGoalsError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/goals/{id}",
        get_goal,
        Access.VIEWER,
        tag=Tag.GOALS,
        operation_id="getGoal",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, GoalNotFoundError),
    ),
    Endpoint(
        "PUT",
        "/api/v1/sites/{name}/goals/{id}",
        replace_goal,
        tag=Tag.GOALS,
        operation_id="replaceGoal",
        audit="goal.update",
        raises=(SiteNotFoundError, GoalNotFoundError, GoalNameTakenError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}/goals/{id}",
        delete_goal,
        tag=Tag.GOALS,
        operation_id="deleteGoal",
        status=204,
        audit="goal.delete",
        raises=(SiteNotFoundError, GoalNotFoundError, GoalInUseError),
    ),
)
