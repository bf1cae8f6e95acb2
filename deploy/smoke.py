#!/usr/bin/env python3
"""Test a running install from outside: every acknowledged beacon is counted exactly once.

    deploy/smoke.py http://127.0.0.1:8080 deploy/secrets/admin_password.txt [--beacons 3000]
                    [--compose [--kill [SERVICE ...]]]

Creates a site, sends page views through the gateway, and compares the acknowledged ones with what the API counts. With
``--compose`` it also prints how many beacons each collector accepted, and with ``--kill`` it kills containers in
between, one after another: a collector, or one of each named service. All beacons have one address, so the install must
run without the rate limit:
``PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED=false docker compose up --detach --wait``.
Needs only Python 3.11 or later. The exit code is 1 when a number is wrong.
"""

import argparse
import http.client
import json
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PAGES_A_VISITOR = 3
SENDERS = 8
REGISTRY_SECONDS = 3
"""Maximum time until collectors accept beacons of a new site."""
COUNTED_SECONDS = 60
"""Maximum time until the worker has stored everything."""
SETTLE_SECONDS = 2
"""Time without a change after which numbers are final."""
COMPARED = ("pageviews", "visitors")
STANDARD_ERRORS = 4
"""Tolerance of an estimate; it is exceeded once in 16,000 times."""
RETRY_SECONDS = 0.2
"""Delay after a refused connection."""
DOWN_SECONDS = 3
"""Time for which a killed container is down."""
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
READ_ACCEPTED = """
import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:8001/metrics", timeout=5).read().decode())
"""
ACCEPTED = re.compile(r'^pyuniqvisit_collector_beacons_total\{outcome="accepted"\} (\S+)$', re.MULTILINE)


class SmokeError(Exception):
    """The install failed the test. The message is one line."""


@dataclass
class Outcomes:
    """Outcomes of the sent beacons, by visitor."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Sent without a response: they may be counted or not."""
    rejected: Counter[int] = field(default_factory=Counter)
    """By status."""

    def pageviews(self) -> tuple[int, int]:
        """Return the minimum and the maximum."""
        return self.acknowledged.total(), self.acknowledged.total() + self.unknown.total()

    def visitors(self) -> tuple[int, int]:
        """Return the minimum and the maximum."""
        return len(self.acknowledged), len(self.acknowledged.keys() | self.unknown.keys())


class Install:
    """The install at ``base_url``, over one connection that is reopened after an error."""

    def __init__(self, base_url: str) -> None:
        self._url = urlsplit(base_url)
        self._connection: http.client.HTTPConnection | None = None

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return status and body. Raise ``OSError`` or ``http.client.HTTPException``; the next call reconnects."""
        if self._connection is None:
            secure = self._url.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._connection = kind(self._url.hostname or "", self._url.port, timeout=15)
        try:
            self._connection.request(method, path, json.dumps(body) if body is not None else None, headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise


class Api:
    """The requests of the smoke test to the API, as administrator."""

    def __init__(self, install: Install, username: str, password: str) -> None:
        self._install = install
        self._headers = {"Content-Type": "application/json"}
        token = self._ask("POST", "/api/v1/auth/token", {"username": username, "password": password})
        self._headers["Authorization"] = f"Bearer {token['access_token']}"

    def create_site(self, name: str) -> None:
        self._ask("POST", "/api/v1/sites", {"name": name, "url": "https://smoke.example"})

    def summary(self, site: str) -> dict[str, Any]:
        return self._ask("GET", f"/api/v1/sites/{site}/stats/summary?period=all")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        try:
            status, text = self._install.request(method, path, body, self._headers)
        except (http.client.RemoteDisconnected, ConnectionResetError):  # restarted since the last request
            status, text = self._install.request(method, path, body, self._headers)
        if status >= 300:
            raise SmokeError(f"{method} {path}: {status} {text[:300].decode(errors='replace')}")
        answer: dict[str, Any] = json.loads(text)
        return answer


class Collectors:
    """The collectors' containers of the compose project in the current directory."""

    def __init__(self) -> None:
        self.ids = _docker("compose", "ps", "--quiet", "collector").split()

    def accepted(self, without: Collection[str] = ()) -> dict[str, int]:
        """Return the beacons that each collector accepted since it started."""
        return {container: self._accepted(container) for container in self.ids if container not in without}

    def _accepted(self, container: str) -> int:
        found = ACCEPTED.search(_docker("exec", container, "python", "-c", READ_ACCEPTED))
        return int(float(found[1])) if found else 0


class Sender:
    """Sends the beacons of many visitors from a few threads."""

    def __init__(self, base_url: str, site: str) -> None:
        self.outcomes = Outcomes()
        self._base_url = base_url
        self._site = site
        self._lock = threading.Lock()

    def send(self, visitors: Sequence[str]) -> None:
        with ThreadPoolExecutor(SENDERS) as threads:
            list(threads.map(self._send_some, [visitors[start::SENDERS] for start in range(SENDERS)]))

    def sent(self) -> int:
        with self._lock:
            return self.outcomes.acknowledged.total()

    def _send_some(self, visitors: Sequence[str]) -> None:
        install = Install(self._base_url)
        for visitor in visitors:
            for page in range(PAGES_A_VISITOR):
                self._send_one(install, visitor, page)

    def _send_one(self, install: Install, visitor: str, page: int) -> None:
        beacon = {"site": self._site, "url": f"https://smoke.example/page-{page}", "visitor": visitor, "width": 1280}
        status = None
        while status is None:
            try:
                status, _ = install.request("POST", "/collect", beacon, {"User-Agent": BROWSER})
            except ConnectionRefusedError:  # not sent
                time.sleep(RETRY_SECONDS)
            except (OSError, http.client.HTTPException):
                status = 502
        with self._lock:
            if status == 202:
                self.outcomes.acknowledged[visitor] += 1
            elif status in (500, 502, 504):
                self.outcomes.unknown[visitor] += 1
            else:
                self.outcomes.rejected[status] += 1


def run(options: argparse.Namespace) -> None:
    """Run the test. Raise ``SmokeError`` at the first failure."""
    api = Api(Install(options.base_url), options.username, options.password_file.read_text().strip())
    site = f"smoke-{secrets.token_hex(4)}"
    api.create_site(site)
    report(f"created site {site}")
    time.sleep(REGISTRY_SECONDS)

    collectors = Collectors() if options.compose else None
    before = collectors.accepted() if collectors else {}
    sender = Sender(options.base_url, site)
    visitors = [secrets.token_hex(16) for _ in range(-(-options.beacons // PAGES_A_VISITOR))]
    started = time.monotonic()
    killed = send_and_kill(sender, visitors, options.kill)
    seconds = time.monotonic() - started

    outcomes = sender.outcomes
    report(
        f"{outcomes.acknowledged.total()} acknowledged, {outcomes.unknown.total()} without a response, "
        f"{outcomes.rejected.total()} rejected {dict(outcomes.rejected) or ''}in {seconds:.1f} s"
    )
    if 429 in outcomes.rejected:
        raise SmokeError("the rate limit is on; see the docstring of this file")
    if outcomes.rejected.keys() - ({503} if killed else set()):
        raise SmokeError("beacons were rejected")
    if collectors:
        show_shares(before, collectors.accepted(without=killed), outcomes)
    compare(api, site, outcomes)


def send_and_kill(sender: Sender, visitors: Sequence[str], services: Sequence[str]) -> set[str]:
    """Send everything, and kill a container of each service in between. Return the killed containers."""
    sending = threading.Thread(target=sender.send, args=(visitors,))
    sending.start()
    killed = set()
    for number, service in enumerate(services, start=1):
        while sender.sent() < len(visitors) * PAGES_A_VISITOR * number // (len(services) + 1) and sending.is_alive():
            time.sleep(0.005)
        victim = _docker("compose", "ps", "--quiet", service).split()[-1]
        _docker("kill", "--signal", "KILL", victim)
        killed.add(victim)
        report(f"killed {service} {victim[:12]} after {sender.sent()} acknowledged beacons")
        time.sleep(DOWN_SECONDS)
        _docker("start", victim)
    sending.join()
    return killed


def show_shares(before: dict[str, int], after: dict[str, int], outcomes: Outcomes) -> None:
    """Raise ``SmokeError`` if a collector accepted nothing, or if none was killed and the sum is not exact."""
    taken = {container: count - before[container] for container, count in after.items()}
    for container, count in taken.items():
        report(f"collector {container[:12]} accepted {count}")
    if not all(taken.values()):
        raise SmokeError("a collector accepted nothing: the gateway does not balance")
    complete = len(after) == len(before) and not outcomes.unknown
    if complete and sum(taken.values()) != outcomes.acknowledged.total():
        raise SmokeError(f"collectors accepted {sum(taken.values())} in total")


def compare(api: Api, site: str, outcomes: Outcomes) -> None:
    """Raise ``SmokeError`` unless the API's numbers are those that were acknowledged."""
    started = time.monotonic()
    summary = settled(api, site, outcomes.pageviews()[0])
    report(f"the API's numbers are final after {time.monotonic() - started:.1f} s")
    for metric, (least, most) in zip(COMPARED, (outcomes.pageviews(), outcomes.visitors()), strict=True):
        wanted = str(least) if least == most else f"{least} to {most}"
        # Visitors of large sites are estimated; the response has the error.
        error = (summary["accuracy"]["visitors_error"] or 0.0) if metric == "visitors" else 0.0
        if error:
            wanted += f", give or take {STANDARD_ERRORS * error:.1%}"
        if not least * (1 - STANDARD_ERRORS * error) <= summary[metric] <= most * (1 + STANDARD_ERRORS * error):
            raise SmokeError(f"{metric}: {summary[metric]}, expected {wanted}")
        report(f"{metric}: {summary[metric]} (expected: {wanted})")


def settled(api: Api, site: str, least: int) -> dict[str, Any]:
    """Return the site's summary when it has ``least`` page views and no longer changes, or at the deadline."""
    deadline = time.monotonic() + COUNTED_SECONDS
    last, since = api.summary(site), time.monotonic()
    while time.monotonic() < deadline and (last["pageviews"] < least or time.monotonic() < since + SETTLE_SECONDS):
        time.sleep(0.2)
        summary = api.summary(site)
        if any(summary[metric] != last[metric] for metric in COMPARED):
            since = time.monotonic()
        last = summary
    return last


def report(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise SmokeError(f"docker {' '.join(arguments[:2])}: {done.stderr.strip()}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("base_url", help="public URL of the install, e.g. http://127.0.0.1:8080")
    parser.add_argument("password_file", type=Path, help="file with the administrator's password")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--beacons", type=int, default=3000)
    parser.add_argument("--compose", action="store_true", help="also check each collector of the compose project")
    parser.add_argument(
        "--kill", nargs="*", metavar="SERVICE", help="with --compose: kill one of each in between (default: collector)"
    )
    options = parser.parse_args()
    options.kill = [] if options.kill is None else options.kill or ["collector"]
    try:
        run(options)
    except (SmokeError, OSError, http.client.HTTPException) as error:
        report(f"FAILED: {error}")
        return 1
    report("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
