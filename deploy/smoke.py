#!/usr/bin/env python3
"""Proves a running install from outside: every beacon that was acknowledged is counted, exactly.

    deploy/smoke.py http://127.0.0.1:8080 deploy/secrets/admin_password.txt [--beacons 3000]
                    [--compose [--kill [SERVICE ...]]]

Makes a site of its own, sends page views through the gateway, and compares what was answered 202 with what the API
then counts. With ``--compose`` it also shows how many beacons each collector took, and with ``--kill`` it kills
containers on the way, one after another: a collector, or one of each service that is named. Beacons all come from one
address, so the install must run without the rate limit:
``PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED=false docker compose up --detach --wait``.
Needs Python 3.11 or later and nothing else. The exit code is 1 when a number is wrong.
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
"""How long collectors may take to learn of a new site."""
COUNTED_SECONDS = 60
"""How long the worker may take to store everything."""
SETTLE_SECONDS = 2
"""How long nothing more may come before the numbers count as final."""
COMPARED = ("pageviews", "visitors")
STANDARD_ERRORS = 4
"""An estimate is further off than so many once in 16,000 times."""
AWAY_SECONDS = 0.2
"""How long to wait where no connection can be made."""
DOWN_SECONDS = 3
"""How long a killed container stays away."""
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
READ_ACCEPTED = """
import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:8001/metrics", timeout=5).read().decode())
"""
ACCEPTED = re.compile(r'^pyuniqvisit_collector_beacons_total\{outcome="accepted"\} (\S+)$', re.MULTILINE)


class SmokeError(Exception):
    """The install is not what it should be. The message is one line."""


@dataclass
class Outcomes:
    """What became of the beacons that were sent, by visitor."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Sent, but the answer never came: counted or not, both are right."""
    refused: Counter[int] = field(default_factory=Counter)
    """By status."""

    def pageviews(self) -> tuple[int, int]:
        """At least, at most."""
        return self.acknowledged.total(), self.acknowledged.total() + self.unknown.total()

    def visitors(self) -> tuple[int, int]:
        """At least, at most."""
        return len(self.acknowledged), len(self.acknowledged.keys() | self.unknown.keys())


class Install:
    """The install at ``base_url``, by one connection that is opened again when it breaks."""

    def __init__(self, base_url: str) -> None:
        self._url = urlsplit(base_url)
        self._connection: http.client.HTTPConnection | None = None

    def request(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. Raises ``OSError`` or ``http.client.HTTPException``; the next call connects anew."""
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
    """What the smoke test asks of the API, as the administrator."""

    def __init__(self, install: Install, username: str, password: str) -> None:
        self._install = install
        self._headers = {"Content-Type": "application/json"}
        token = self._ask("POST", "/api/v1/auth/token", {"username": username, "password": password})
        self._headers["Authorization"] = f"Bearer {token['access_token']}"

    def make_site(self, name: str) -> None:
        self._ask("POST", "/api/v1/sites", {"name": name, "url": "https://smoke.example"})

    def summary(self, site: str) -> dict[str, Any]:
        return self._ask("GET", f"/api/v1/sites/{site}/stats/summary?period=all")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        try:
            status, text = self._install.request(method, path, body, self._headers)
        except (http.client.RemoteDisconnected, ConnectionResetError):  # it was started anew since the last time
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
        """Beacons that each collector took since it started."""
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
            except ConnectionRefusedError:  # nobody is there, so nobody took it
                time.sleep(AWAY_SECONDS)
            except (OSError, http.client.HTTPException):
                status = 502
        with self._lock:
            if status == 202:
                self.outcomes.acknowledged[visitor] += 1
            elif status in (500, 502, 504):
                self.outcomes.unknown[visitor] += 1
            else:
                self.outcomes.refused[status] += 1


def run(options: argparse.Namespace) -> None:
    """Raises ``SmokeError`` at the first thing that is wrong."""
    api = Api(Install(options.base_url), options.username, options.password_file.read_text().strip())
    site = f"smoke-{secrets.token_hex(4)}"
    api.make_site(site)
    say(f"site {site} made")
    time.sleep(REGISTRY_SECONDS)

    collectors = Collectors() if options.compose else None
    before = collectors.accepted() if collectors else {}
    sender = Sender(options.base_url, site)
    visitors = [secrets.token_hex(16) for _ in range(-(-options.beacons // PAGES_A_VISITOR))]
    started = time.monotonic()
    killed = send_and_kill(sender, visitors, options.kill)
    seconds = time.monotonic() - started

    outcomes = sender.outcomes
    say(
        f"{outcomes.acknowledged.total()} acknowledged, {outcomes.unknown.total()} without an answer, "
        f"{outcomes.refused.total()} refused {dict(outcomes.refused) or ''}in {seconds:.1f} s"
    )
    if 429 in outcomes.refused:
        raise SmokeError("the rate limit is on; see the head of this file")
    if outcomes.refused.keys() - ({503} if killed else set()):
        raise SmokeError("beacons were refused")
    if collectors:
        show_shares(before, collectors.accepted(without=killed), outcomes)
    compare(api, site, outcomes)


def send_and_kill(sender: Sender, visitors: Sequence[str], services: Sequence[str]) -> set[str]:
    """Sends everything, and kills a container of each service on the way. Gives the killed containers."""
    sending = threading.Thread(target=sender.send, args=(visitors,))
    sending.start()
    killed = set()
    for number, service in enumerate(services, start=1):
        while sender.sent() < len(visitors) * PAGES_A_VISITOR * number // (len(services) + 1) and sending.is_alive():
            time.sleep(0.005)
        victim = _docker("compose", "ps", "--quiet", service).split()[-1]
        _docker("kill", "--signal", "KILL", victim)
        killed.add(victim)
        say(f"killed {service} {victim[:12]} after {sender.sent()} acknowledged beacons")
        time.sleep(DOWN_SECONDS)
        _docker("start", victim)
    sending.join()
    return killed


def show_shares(before: dict[str, int], after: dict[str, int], outcomes: Outcomes) -> None:
    """Raises ``SmokeError`` where a collector took nothing, or, when none was killed, where the sum is not exact."""
    taken = {container: count - before[container] for container, count in after.items()}
    for container, count in taken.items():
        say(f"collector {container[:12]} took {count}")
    if not all(taken.values()):
        raise SmokeError("a collector took nothing: the gateway does not balance")
    complete = len(after) == len(before) and not outcomes.unknown
    if complete and sum(taken.values()) != outcomes.acknowledged.total():
        raise SmokeError(f"collectors took {sum(taken.values())} in all")


def compare(api: Api, site: str, outcomes: Outcomes) -> None:
    """Raises ``SmokeError`` unless the API's numbers are those that were acknowledged."""
    started = time.monotonic()
    summary = settled(api, site, outcomes.pageviews()[0])
    say(f"the API's numbers are final after {time.monotonic() - started:.1f} s")
    for metric, (least, most) in zip(COMPARED, (outcomes.pageviews(), outcomes.visitors()), strict=True):
        wanted = str(least) if least == most else f"{least} to {most}"
        # Many visitors are estimated, and the answer says how well.
        error = (summary["accuracy"]["visitors_error"] or 0.0) if metric == "visitors" else 0.0
        if error:
            wanted += f", give or take {STANDARD_ERRORS * error:.1%}"
        if not least * (1 - STANDARD_ERRORS * error) <= summary[metric] <= most * (1 + STANDARD_ERRORS * error):
            raise SmokeError(f"{metric}: {summary[metric]}, and not {wanted}")
        say(f"{metric}: {summary[metric]} (wanted: {wanted})")


def settled(api: Api, site: str, least: int) -> dict[str, Any]:
    """The site's summary once it has ``least`` page views and does not change any more, or when time is up."""
    deadline = time.monotonic() + COUNTED_SECONDS
    last, since = api.summary(site), time.monotonic()
    while time.monotonic() < deadline and (last["pageviews"] < least or time.monotonic() < since + SETTLE_SECONDS):
        time.sleep(0.2)
        summary = api.summary(site)
        if any(summary[metric] != last[metric] for metric in COMPARED):
            since = time.monotonic()
        last = summary
    return last


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise SmokeError(f"docker {' '.join(arguments[:2])}: {done.stderr.strip()}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("base_url", help="where browsers reach the install, e.g. http://127.0.0.1:8080")
    parser.add_argument("password_file", type=Path, help="holds the administrator's password")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--beacons", type=int, default=3000)
    parser.add_argument("--compose", action="store_true", help="ask each collector of the compose project as well")
    parser.add_argument(
        "--kill", nargs="*", metavar="SERVICE", help="with --compose: kill one of each on the way (default: collector)"
    )
    options = parser.parse_args()
    options.kill = [] if options.kill is None else options.kill or ["collector"]
    try:
        run(options)
    except (SmokeError, OSError, http.client.HTTPException) as error:
        say(f"FAILED: {error}")
        return 1
    say("all right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
