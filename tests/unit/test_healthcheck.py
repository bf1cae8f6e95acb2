"""The health check of containers."""

from asyncio import to_thread

from aiohttp import web
from aiohttp.test_utils import TestServer

from common.healthcheck import problem_at


async def answering(status: int) -> TestServer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="why")

    app = web.Application()
    app.add_routes([web.get("/health/ready", answer)])
    server = TestServer(app)
    await server.start_server()
    return server


async def test_response_of_2xx_is_healthy() -> None:
    server = await answering(200)
    assert await to_thread(problem_at, str(server.make_url("/health/ready"))) is None
    await server.close()


async def test_other_response_is_a_problem_with_its_reason() -> None:
    server = await answering(503)
    problem = await to_thread(problem_at, str(server.make_url("/health/ready")))
    assert problem is not None
    assert problem.endswith("503 why")
    await server.close()


async def test_missing_response_is_a_problem() -> None:
    server = await answering(200)
    url = str(server.make_url("/health/ready"))
    await server.close()
    problem = await to_thread(problem_at, url)
    assert problem is not None
    assert "ConnectionRefusedError" in problem
