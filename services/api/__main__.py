import sys

from common.config import Settings
from common.process import run_service, serve_app
from common.store import STORE_ERRORS
from services.api.app import create_app


async def serve(settings: Settings) -> None:
    await serve_app(create_app(settings), settings.api.host, settings.api.port)


if __name__ == "__main__":
    sys.exit(run_service("api", serve, *STORE_ERRORS))
