"""Alerts and reports: what is detected, that it is sent once, and that it arrives."""

import asyncio
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from common.clock import utc
from common.config import AlertSettings, MailSettings
from services.worker.alerts.checks import AlertChecks
from services.worker.alerts.deliveries import MAX_ATTEMPTS, RETRY_DELAYS, AlertDeliveries
from tests.support.beacons import NOON, beacon_maker
from tests.support.ports import own_port

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
SECRET = "a secret of the alert"


class Inbox:
    """Receives webhooks. ``statuses``: of the next responses; after them, 204."""

    def __init__(self):
        self.requests, self.statuses, self.url = [], [], ""

    async def receive(self, request):
        self.requests.append((request.headers, await request.read()))
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers={"Location": "/again"})


@pytest.fixture
async def inbox():
    inbox, app = Inbox(), web.Application()
    app.router.add_post("/{any:.*}", inbox.receive)
    app.router.add_get("/{any:.*}", inbox.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield inbox
    await runner.cleanup()


class Mailbox:
    def __init__(self):
        self.mails, self.logins, self.rejection, self.port = [], [], "", 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.rejection:
            return self.rejection
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 stored"

    def log_in(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    mailbox.port = own_port()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=mailbox.port, authenticator=mailbox.log_in, auth_require_tls=False
    )
    controller.start()
    yield mailbox
    controller.stop()


@pytest.fixture
def mail_settings(mailbox):
    return MailSettings(
        host="127.0.0.1", port=mailbox.port, tls="none", user="stats", password="it", sender="stats@example.com"
    )


@pytest.fixture
async def site_id(pool):
    return await pool.fetchval(
        "insert into sites (name, url, timezone, created_at) values ('shop', 'https://shop.example', 'UTC', now())"
        " returning id"
    )


@pytest.fixture
def make_alert(pool, site_id):
    async def insert(kind, target, channel="webhook", minutes=30, created=NOON - 60 * DAY):
        return await pool.fetchval(
            "insert into alerts values (gen_random_uuid(), $1, $2, $3, $4, $5, true, $6, $7) returning id",
            site_id, kind, channel, target, SECRET, minutes, utc(created),
        )  # fmt: skip

    return insert


@pytest.fixture
def store(worker, put, work):
    """Stores beacons and updates the rollups."""

    async def store_beacons(beacons):
        await put(beacons)
        while await worker.dispatcher.dispatch():
            await work()
        await worker.compaction.run(30, everything=True)

    return store_beacons


@pytest.fixture
def check(pool, worker):
    """Evaluates all alerts as of a moment; returns the number of new incidents."""

    async def run(at=NOON, is_behind=False):
        async def has_backlog():
            return is_behind

        return await AlertChecks(pool, worker.dispatcher._shards, has_backlog, lambda: at, os.urandom).run()

    return run


@pytest.fixture
def deliver(pool):
    async def run(mail=None, at=NOON, allow_private=True):
        settings = AlertSettings(allow_private_targets=allow_private)
        return await AlertDeliveries(pool, mail or MailSettings(), settings, lambda: at).run()

    return run


def visits(site_id, counts):
    """Beacons of different visitors. ``counts``: pairs of a moment and a number."""
    make = beacon_maker()
    return [
        make(at=at + number, who=f"{number}-{at // 1000}", site_id=site_id)
        for at, count in counts
        for number in range(count)
    ]


def same_in_weeks_before(count, at=NOON - 2 * HOUR, weeks=5):
    return [(at - 7 * DAY * week, count) for week in range(1, weeks + 1)]


async def test_spike_is_sent_once_a_day_by_signed_webhook(pool, site_id, store, make_alert, check, deliver, inbox):
    await make_alert("spike", inbox.url)
    await make_alert("dip", inbox.url)
    await store(visits(site_id, [*same_in_weeks_before(15), (NOON - 2 * HOUR, 90)]))
    assert [await check(), await check()] == [1, 0]
    assert [await deliver(), await deliver()] == [1, 0]

    ((headers, body),) = inbox.requests
    sent = json.loads(body)
    assert (sent["version"], sent["kind"], sent["site"]) == (1, "spike", "shop")
    assert sent["incident"] == "spike:2026-11-22"
    assert (sent["numbers"]["visits"], sent["numbers"]["usual"]) == (90, 15)
    assert sent["text"] == "90 visits by 12:00 today, 15 expected."
    assert headers["Content-Type"] == "application/json"
    assert headers["X-PyUniqVisit-Delivery"] == sent["delivery"]
    at, signed = (part.partition("=")[2] for part in headers["X-PyUniqVisit-Signature"].split(","))
    assert int(at) == NOON // 1000
    assert signed == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


async def test_dip_is_detected_and_ordinary_day_is_not(site_id, store, make_alert, check, inbox):
    await make_alert("spike", inbox.url)
    await make_alert("dip", inbox.url)
    await store(visits(site_id, [*same_in_weeks_before(60), (NOON - 2 * HOUR, 55)]))
    assert await check() == 0
    # Only full hours count: the visits of 14:00 count from 15:00 on.
    evening = NOON + 2 * HOUR
    await store(visits(site_id, same_in_weeks_before(100, at=evening)))
    assert await check(evening + 30 * MINUTE) == 0
    assert await check(evening + HOUR) == 1


async def test_new_site_has_no_spikes(site_id, store, make_alert, check, inbox):
    await make_alert("spike", inbox.url)
    await store(visits(site_id, [*same_in_weeks_before(2, weeks=2), (NOON - 2 * HOUR, 90)]))
    assert await check() == 0


async def test_silence_is_detected_once_until_next_beacon(site_id, store, make_alert, check, inbox):
    await make_alert("silence", inbox.url, minutes=30)
    usual = [(NOON - day * DAY - 10 * MINUTE, 1) for day in range(1, 8)]
    later = [(NOON - day * DAY + 3 * HOUR - 10 * MINUTE, 1) for day in range(1, 8)]
    await store(visits(site_id, [*usual, *later, (NOON - 20 * MINUTE, 1)]))
    assert await check() == 0, "the last beacon is 20 minutes old"
    late = NOON + 15 * MINUTE
    assert await check(late, is_behind=True) == 0, "there are beacons that are not stored yet"
    assert [await check(late), await check(late + 10 * MINUTE)] == [1, 0]
    await store(visits(site_id, [(NOON + HOUR, 1)]))
    assert await check(NOON + HOUR + 5 * MINUTE) == 0
    assert await check(NOON + 3 * HOUR) == 1


async def test_usual_quiet_hour_is_no_silence(site_id, store, make_alert, check, inbox):
    await make_alert("silence", inbox.url, minutes=30)
    await store(visits(site_id, [(NOON - day * DAY - 5 * HOUR, 3) for day in range(8)]))
    assert await check() == 0


async def test_weekly_report_arrives_as_text_and_html(
    pool, site_id, store, make_alert, check, deliver, mailbox, mail_settings
):
    await make_alert("weekly", "owner@example.org", "email")
    monday = NOON + DAY  # 2026-11-23
    make = beacon_maker()
    current = [make(at=NOON - DAY + n, who=f"now-{n}", site_id=site_id, path="/<shoes>") for n in range(30)]
    previous = [make(at=NOON - 8 * DAY + n, who=f"past-{n}", site_id=site_id) for n in range(20)]
    await store([*current, *previous])
    assert await check(NOON) == 0, "the week is not over"
    assert await check(monday - 6 * HOUR) == 0, "06:00 is too early"
    assert [await check(monday), await check(monday + DAY)] == [1, 0]
    assert await deliver(mail_settings, monday) == 1

    ((recipients, mail),) = mailbox.mails
    assert recipients == ["owner@example.org"]
    assert mailbox.logins == [(b"stats", b"it")]
    assert mail["From"] == "stats@example.com"
    assert mail["Subject"] == "shop: 30 visitors, 2026-11-16 to 2026-11-22"
    plain = mail.get_body(("plain",)).get_content()
    assert "Visitors 30 +50.0 %" in " ".join(plain.split())
    assert "Pages: /<shoes>" in plain
    html = mail.get_body(("html",)).get_content()
    assert "+50.0 %" in html
    assert "/&lt;shoes&gt;" in html


async def test_monthly_report_covers_previous_month(site_id, store, make_alert, check, deliver, inbox):
    await make_alert("monthly", inbox.url)
    await store(visits(site_id, [(NOON, 7)]))
    first = int(datetime(2026, 12, 1, 7, tzinfo=UTC).timestamp() * 1000)
    assert [await check(first - 1), await check(first), await check(first + DAY)] == [0, 1, 0]
    assert await deliver(at=first) == 1
    sent = json.loads(inbox.requests[0][1])
    assert sent["incident"] == "monthly:2026-11-01"
    assert sent["title"] == "shop: 7 visitors, November 2026"


async def test_report_created_after_send_time_starts_with_next_period(site_id, make_alert, check, inbox):
    monday = NOON + DAY
    await make_alert("weekly", inbox.url, created=monday)
    assert await check(monday + HOUR) == 0


@pytest.fixture
def queued(pool, make_alert):
    """Queues a delivery."""

    async def insert(target, channel="webhook"):
        alert = await make_alert("spike", target, channel)
        body = {"kind": "spike", "site": "shop", "at": "2026-11-22T12:00:00Z", "title": "title", "text": "text"}
        return await pool.fetchval(
            "insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)"
            " values (gen_random_uuid(), $1, 'spike:1', $2, $3, $3) returning id",
            alert, body, utc(NOON),
        )  # fmt: skip

    return insert


async def test_failed_delivery_is_retried_with_delays_up_to_maximum_attempts(pool, site_id, queued, deliver, inbox):
    delivery = await queued(inbox.url)
    inbox.statuses = [500] * 9
    at = NOON
    for attempt in range(MAX_ATTEMPTS):
        assert await deliver(at=at) == 0
        assert await deliver(at=at) == 0, "not due yet"
        assert len(inbox.requests) == attempt + 1
        at += int(([*RETRY_DELAYS, timedelta(days=9)][attempt]).total_seconds() * 1000)
    assert await deliver(at=at) == 0
    assert len(inbox.requests) == MAX_ATTEMPTS
    row = await pool.fetchrow("select * from alert_deliveries where id = $1", delivery)
    assert (row["attempts"], row["sent_at"], row["next_attempt_at"]) == (MAX_ATTEMPTS, None, None)
    assert row["error"] == "webhook returned status 500"


async def test_second_attempt_has_same_id(pool, site_id, queued, deliver, inbox):
    await queued(inbox.url)
    inbox.statuses = [503]
    assert [await deliver(), await deliver(at=NOON + MINUTE), await deliver(at=NOON + DAY)] == [0, 1, 0]
    first, second = (headers["X-PyUniqVisit-Delivery"] for headers, _ in inbox.requests)
    assert first == second
    assert await pool.fetchval("select sent_at from alert_deliveries") == utc(NOON + MINUTE)


async def test_redirect_is_not_followed(pool, site_id, queued, deliver, inbox):
    await queued(inbox.url)
    inbox.statuses = [302]
    assert await deliver() == 0
    assert len(inbox.requests) == 1
    assert await pool.fetchval("select error from alert_deliveries") == "webhook returned status 302"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_webhook_does_not_reach_this_machine(pool, site_id, queued, deliver, inbox, host):
    await queued(inbox.url.replace("127.0.0.1", host))
    assert await deliver(allow_private=False) == 0
    assert inbox.requests == []
    assert "not a public address" in await pool.fetchval("select error from alert_deliveries")


async def test_disabled_alert_sends_nothing(pool, site_id, queued, deliver, inbox):
    await queued(inbox.url)
    await pool.execute("update alerts set enabled = false")
    assert await deliver() == 0
    assert inbox.requests == []


async def test_concurrent_workers_send_delivery_once(pool, site_id, queued, deliver, inbox):
    await queued(inbox.url)
    assert sum(await asyncio.gather(deliver(), deliver(), deliver())) == 1
    assert len(inbox.requests) == 1


async def test_mail_without_server_names_missing_settings(pool, site_id, queued, deliver):
    await queued("owner@example.org", "email")
    assert await deliver() == 0
    assert "mail.host" in await pool.fetchval("select error from alert_deliveries")


async def test_delivery_is_retried_after_mail_server_rejects_it(pool, site_id, queued, deliver, mailbox, mail_settings):
    await queued("owner@example.org", "email")
    mailbox.rejection = "451 later"
    assert await deliver(mail_settings) == 0
    assert await pool.fetchval("select error from alert_deliveries") == "mail server returned code 451"
    mailbox.rejection = ""
    assert await deliver(mail_settings, NOON + MINUTE) == 1
    assert mailbox.mails[0][1]["Subject"] == "title"


async def test_old_deliveries_are_deleted(pool, site_id, queued, deliver, inbox):
    await queued(inbox.url)
    await deliver()
    for days, left in ((89, 1), (91, 0)):
        await AlertDeliveries(pool, MailSettings(), AlertSettings(), lambda at=days: NOON + at * DAY).delete_old()
        assert await pool.fetchval("select count(*) from alert_deliveries") == left
