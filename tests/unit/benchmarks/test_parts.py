"""Data sets and measured steps of the parts."""

import sys

from benchmarks.packed import find_node, packed
from benchmarks.parts.sampled_worker import REST, STEPS, step_of
from benchmarks.processes import ROOT
from benchmarks.statistics_sets import DEFAULT_VISITS, default_sizes
from services.worker.ingest.sessions import sessionize


def test_largest_stored_site_is_measured_or_else_a_small_one(tmp_path):
    assert default_sizes(tmp_path) == (DEFAULT_VISITS,)
    for visits in (1_000, 1_000_000, 10_000_000):
        (tmp_path / f"{visits}-visits").mkdir()
    (tmp_path / "1000-visits" / "dataset.json").touch()
    assert default_sizes(tmp_path) == (DEFAULT_VISITS,)
    (tmp_path / "1000000-visits" / "dataset.json").touch()
    assert default_sizes(tmp_path) == (1_000_000,)  # the one of ten million was never completed


def test_steps_of_the_worker_exist_in_its_code():
    ours = [part for part in STEPS if part.startswith(("/services/", "/common/"))]
    assert len(ours) > 5
    assert all((ROOT / part.lstrip("/")).exists() for part in ours)


def test_time_is_attributed_to_the_innermost_step():
    seen = []

    class Watched(list):
        def __iter__(self):
            seen.append(step_of(sys._getframe()))
            return super().__iter__()

    sessionize(Watched(), {})
    assert seen[0] == STEPS["/services/worker/ingest/sessions.py"]
    assert step_of(sys._getframe()) == REST


def test_files_are_compressed_separately():
    files = [b"a" * 1_000, b"b" * 1_000]
    total = packed(files, find_node())
    assert total.plain == 2_000
    assert total.gzip == 2 * packed(files[:1], None).gzip < 100
    assert packed(files, None).brotli is None
    assert total.brotli is None or total.brotli < total.gzip
