"""``python -m common.healthcheck URL``: check that a service responds, in images without curl."""

import http.client
import sys
from urllib.parse import urlsplit

_SECONDS = 4.0


def problem_at(url: str) -> str | None:
    """GET the http ``url``; return None for a 2xx response within 4 s, else one line that describes the problem."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        body = answer.read(1_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{url}: {type(error).__name__}: {error}"
    finally:
        connection.close()
    return None if 200 <= answer.status < 300 else f"{url}: {answer.status} {body}"


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m common.healthcheck URL", file=sys.stderr)  # noqa: T201 - a command's own output
        return 2
    problem = problem_at(sys.argv[1])
    if problem:
        print(problem, file=sys.stderr)  # noqa: T201 - shown by `docker inspect`
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
