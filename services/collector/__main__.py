import sys

from common.config import Settings
from common.process import Handler, run_service, serve_app
from services.collector import keys
from services.collector.app import create_app
from services.collector.routes import fast_lane


async def serve(settings: Settings) -> None:
    app = create_app(settings)

    def front(others: Handler) -> Handler:
        return fast_lane(app[keys.DOOR], others)

    await serve_app(app, settings.collector.host, settings.collector.port, reuse_port=True, front=front)


if __name__ == "__main__":
    sys.exit(run_service("collector", serve))
