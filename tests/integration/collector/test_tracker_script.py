"""The tracker script that pages load."""

import gzip
from pathlib import Path

from common.config import Settings
from services.collector.app import create_app

SCRIPT = b"console.log('a tracker of the test')"


def settings_with(settings: Settings, web_dir: Path) -> Settings:
    return Settings.model_validate(settings.model_dump() | {"web_dir": web_dir})


async def test_tracker_is_served_compressed_and_revalidated(aiohttp_client, stream_settings, tmp_path: Path):
    (tmp_path / "uv.js").write_bytes(SCRIPT)
    (tmp_path / "uv.js.gz").write_bytes(gzip.compress(SCRIPT))
    client = await aiohttp_client(create_app(settings_with(stream_settings, tmp_path)))

    plain = await client.get("/uv.js", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/uv.js", headers={"Accept-Encoding": "gzip, br"})
    again = await client.get("/uv.js", headers={"If-None-Match": plain.headers["ETag"]})

    assert await plain.read() == await packed.read() == SCRIPT
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert (again.status, await again.read()) == (304, b"")


async def test_without_a_web_build_the_collector_runs_and_reports_it(aiohttp_client, stream_settings, tmp_path: Path):
    client = await aiohttp_client(create_app(settings_with(stream_settings, tmp_path)))

    answer = await client.get("/uv.js")

    assert (answer.status, await answer.text()) == (404, "The tracker is not built. Run `make web`.\n")
