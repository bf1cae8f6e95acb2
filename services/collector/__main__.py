import sys

from common.config import Settings
from common.process import run_service, serve_app
from services.collector.app import create_app


async def serve(settings: Settings) -> None:
    await serve_app(create_app(settings), settings.collector.host, settings.collector.port, reuse_port=True)


if __name__ == "__main__":
    sys.exit(run_service("collector", serve))
