"""The examples in docs/reference/export-format.md run as documented."""

import re
from datetime import timedelta
from pathlib import Path
from random import Random

from services.api.export_import.parquet_writer import SCHEMA
from tests.integration.api.conftest import NOW
from tests.integration.api.seeding import some_beacons, store

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "export-format.md").read_text(encoding="utf-8")


async def test_python_example_prints_numbers_of_the_report(here, redis, clock, tmp_path, monkeypatch, capsys):
    site_id = await here.make_site("shop")
    await store(
        some_beacons(Random(5), site_id, NOW - timedelta(days=9), NOW - timedelta(hours=4)), here.settings, redis, clock
    )
    (tmp_path / "shop.parquet").write_bytes(await here.export("shop"))
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    capsys.readouterr()
    exec(example, {})
    printed = {line.rsplit(" ", 2)[0]: line.rsplit(" ", 2)[1:] for line in capsys.readouterr().out.splitlines()}
    answer = await here.client.get("/api/v1/sites/shop/stats/breakdown/source?period=all", headers=here.admin.headers)
    rows = (await answer.json())["rows"]
    assert len(rows) > 2
    assert printed == {row["value"] or "direct": [str(row["visitors"]), str(row["pageviews"])] for row in rows}


def test_every_column_is_documented():
    explained = set(re.findall(r"`(\w+)`", "\n".join(line for line in PAGE.splitlines() if line.startswith("| `"))))
    assert set(SCHEMA.names) <= explained
