import sys

from common.config import Settings
from common.process import run_service, serve_app
from services.collector.app import create_app
from services.collector.plain_http import PlainHttpRunner


async def serve(settings: Settings) -> None:
    app = create_app(settings)
    await serve_app(app, settings.collector.host, settings.collector.port, reuse_port=True, runner=PlainHttpRunner)


if __name__ == "__main__":
    sys.exit(run_service("collector", serve))
