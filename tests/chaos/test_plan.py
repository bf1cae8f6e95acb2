from collections import Counter
from itertools import pairwise

from tests.chaos.faults import FAULTS
from tests.chaos.plan import make_plan


def test_seed_determines_plan():
    assert make_plan(5, list(FAULTS), 50, 600, 5) == make_plan(5, list(FAULTS), 50, 600, 5)
    assert make_plan(5, list(FAULTS), 50, 600, 5) != make_plan(6, list(FAULTS), 50, 600, 5)


def test_every_kind_of_fault_is_planned_equally_often():
    plan = make_plan(1, list(FAULTS), 2 * len(FAULTS), 600, 5)
    assert set(Counter(planned.fault for planned in plan).values()) == {2}
    assert all(earlier.at < later.at < 600 for earlier, later in pairwise(plan))
