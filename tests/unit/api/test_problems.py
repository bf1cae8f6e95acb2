"""The table of errors."""

import pytest

from services.api.accounts.auth import models as auth
from services.api.http.errors import ApiError
from services.api.problems import PROBLEMS, problem_of


def _all(kind):
    return {found for sub in kind.__subclasses__() for found in {sub, *_all(sub)}}


def test_every_api_error_has_a_problem_type():
    assert _all(ApiError) <= PROBLEMS.keys()
    assert len(_all(ApiError)) >= 10


def test_slugs_are_unique():
    rows = set(PROBLEMS.values())
    assert len({row.slug for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (auth.ForbiddenError("x"), 403),
        (ConnectionRefusedError(), 503),
        (TimeoutError(), 503),
        (RuntimeError("secret"), 500),
        (KeyError("secret"), 500),
    ],
)
def test_error_has_problem_type_of_nearest_base_class(error, status):
    assert problem_of(error).status == status


def test_timeout_is_distinguished_from_unavailable_server():
    assert problem_of(TimeoutError()).slug == "timeout"
    assert problem_of(ConnectionResetError()).slug == "unavailable"
