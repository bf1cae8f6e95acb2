"""Alerts and reports: what is told, that it is told once, and that it arrives."""

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
from services.worker.alerts.deliveries import MOST_ATTEMPTS, WAITS, AlertDeliveries
from tests.support.beacons import NOON, beacon_maker
from tests.support.ports import own_port

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
SECRET = "the alert's own"


class Inbox:
    """A receiver of webhooks. ``statuses``: of the answers to come; then 204."""

    def __init__(self):
        self.requests, self.statuses, self.url = [], [], ""

    async def take(self, request):
        self.requests.append((request.headers, await request.read()))
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers={"Location": "/again"})


@pytest.fixture
async def inbox():
    inbox, app = Inbox(), web.Application()
    app.router.add_post("/{any:.*}", inbox.take)
    app.router.add_get("/{any:.*}", inbox.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield inbox
    await runner.cleanup()


class Mailbox:
    def __init__(self):
        self.mails, self.logins, self.refusal, self.port = [], [], "", 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refusal:
            return self.refusal
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"

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
    async def insert(kind, target, channel="webhook", minutes=30, made=NOON - 60 * DAY):
        return await pool.fetchval(
            "insert into alerts values (gen_random_uuid(), $1, $2, $3, $4, $5, true, $6, $7) returning id",
            site_id, kind, channel, target, SECRET, minutes, utc(made),
        )  # fmt: skip

    return insert


@pytest.fixture
def store(worker, put, work):
    """Stores beacons, and counts them."""

    async def store_beacons(beacons):
        await put(beacons)
        while await worker.dispatcher.dispatch():
            await work()
        await worker.compaction.run(30, everything=True)

    return store_beacons


@pytest.fixture
def check(pool, worker):
    """Looks what there is to tell at a moment; gives how much is new."""

    async def run(at=NOON, is_behind=False):
        async def waiting():
            return is_behind

        return await AlertChecks(pool, worker.dispatcher._shards, waiting, lambda: at, os.urandom).run()

    return run


@pytest.fixture
def deliver(pool):
    async def run(mail=None, at=NOON, allow_private=True):
        settings = AlertSettings(allow_private_targets=allow_private)
        return await AlertDeliveries(pool, mail or MailSettings(), settings, lambda: at).run()

    return run


def visits(site_id, counts):
    """Beacons of different visitors: (when, how many)."""
    make = beacon_maker()
    return [
        make(at=at + number, who=f"{number}-{at // 1000}", site_id=site_id)
        for at, count in counts
        for number in range(count)
    ]


def weeks_like(count, at=NOON - 2 * HOUR, weeks=5):
    return [(at - 7 * DAY * week, count) for week in range(1, weeks + 1)]


async def test_a_spike_is_told_once_a_day_by_a_signed_webhook(pool, site_id, store, make_alert, check, deliver, inbox):
    await make_alert("spike", inbox.url)
    await make_alert("dip", inbox.url)
    await store(visits(site_id, [*weeks_like(15), (NOON - 2 * HOUR, 90)]))
    assert [await check(), await check()] == [1, 0]
    assert [await deliver(), await deliver()] == [1, 0]

    ((headers, body),) = inbox.requests
    told = json.loads(body)
    assert (told["version"], told["kind"], told["site"]) == (1, "spike", "shop")
    assert told["incident"] == "spike:2026-11-22"
    assert (told["numbers"]["visits"], told["numbers"]["usual"]) == (90, 15)
    assert "90 visits until 12:00" in told["text"]
    assert headers["Content-Type"] == "application/json"
    assert headers["X-PyUniqVisit-Delivery"] == told["delivery"]
    at, signed = (part.partition("=")[2] for part in headers["X-PyUniqVisit-Signature"].split(","))
    assert int(at) == NOON // 1000
    assert signed == hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


async def test_a_dip_is_told_and_an_ordinary_day_is_not(site_id, store, make_alert, check, inbox):
    await make_alert("spike", inbox.url)
    await make_alert("dip", inbox.url)
    await store(visits(site_id, [*weeks_like(60), (NOON - 2 * HOUR, 55)]))
    assert await check() == 0
    # An hour that has just begun says nothing: the visits of 14:00 count from 15:00 on.
    evening = NOON + 2 * HOUR
    await store(visits(site_id, weeks_like(100, at=evening)))
    assert await check(evening + 30 * MINUTE) == 0
    assert await check(evening + HOUR) == 1


async def test_a_young_site_has_no_spikes(site_id, store, make_alert, check, inbox):
    await make_alert("spike", inbox.url)
    await store(visits(site_id, [*weeks_like(2, weeks=2), (NOON - 2 * HOUR, 90)]))
    assert await check() == 0


async def test_silence_is_told_once_and_again_only_after_the_next_beacon(site_id, store, make_alert, check, inbox):
    await make_alert("silence", inbox.url, minutes=30)
    usual = [(NOON - day * DAY - 10 * MINUTE, 1) for day in range(1, 8)]
    later = [(NOON - day * DAY + 3 * HOUR - 10 * MINUTE, 1) for day in range(1, 8)]
    await store(visits(site_id, [*usual, *later, (NOON - 20 * MINUTE, 1)]))
    assert await check() == 0, "the last beacon is 20 minutes old"
    late = NOON + 15 * MINUTE
    assert await check(late, is_behind=True) == 0, "beacons wait to be stored"
    assert [await check(late), await check(late + 10 * MINUTE)] == [1, 0]
    await store(visits(site_id, [(NOON + HOUR, 1)]))
    assert await check(NOON + HOUR + 5 * MINUTE) == 0
    assert await check(NOON + 3 * HOUR) == 1


async def test_a_quiet_hour_is_no_silence(site_id, store, make_alert, check, inbox):
    await make_alert("silence", inbox.url, minutes=30)
    await store(visits(site_id, [(NOON - day * DAY - 5 * HOUR, 3) for day in range(8)]))
    assert await check() == 0


async def test_a_weekly_report_arrives_as_text_and_html(
    pool, site_id, store, make_alert, check, deliver, mailbox, mail_settings
):
    await make_alert("weekly", "owner@example.org", "email")
    monday = NOON + DAY  # 2026-11-23
    make = beacon_maker()
    this = [make(at=NOON - DAY + n, who=f"now-{n}", site_id=site_id, path="/<shoes>") for n in range(30)]
    before = [make(at=NOON - 8 * DAY + n, who=f"past-{n}", site_id=site_id) for n in range(20)]
    await store([*this, *before])
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


async def test_a_monthly_report_is_of_the_month_that_is_over(site_id, store, make_alert, check, deliver, inbox):
    await make_alert("monthly", inbox.url)
    await store(visits(site_id, [(NOON, 7)]))
    first = int(datetime(2026, 12, 1, 7, tzinfo=UTC).timestamp() * 1000)
    assert [await check(first - 1), await check(first), await check(first + DAY)] == [0, 1, 0]
    assert await deliver(at=first) == 1
    told = json.loads(inbox.requests[0][1])
    assert told["incident"] == "monthly:2026-11-01"
    assert told["title"] == "shop: 7 visitors, November 2026"


async def test_a_report_that_was_wished_for_later_begins_with_the_next(site_id, make_alert, check, inbox):
    monday = NOON + DAY
    await make_alert("weekly", inbox.url, made=monday)
    assert await check(monday + HOUR) == 0


@pytest.fixture
def noted(pool, make_alert):
    """A delivery that waits."""

    async def insert(target, channel="webhook"):
        alert = await make_alert("spike", target, channel)
        body = {"kind": "spike", "site": "shop", "at": "2026-11-22T12:00:00Z", "title": "title", "text": "text"}
        return await pool.fetchval(
            "insert into alert_deliveries (id, alert_id, incident, body, created_at, next_attempt_at)"
            " values (gen_random_uuid(), $1, 'spike:1', $2, $3, $3) returning id",
            alert, body, utc(NOON),
        )  # fmt: skip

    return insert


async def test_what_does_not_arrive_is_tried_again_later_and_not_for_ever(pool, site_id, noted, deliver, inbox):
    delivery = await noted(inbox.url)
    inbox.statuses = [500] * 9
    at = NOON
    for attempt in range(MOST_ATTEMPTS):
        assert await deliver(at=at) == 0
        assert await deliver(at=at) == 0, "not yet again"
        assert len(inbox.requests) == attempt + 1
        at += int(([*WAITS, timedelta(days=9)][attempt]).total_seconds() * 1000)
    assert await deliver(at=at) == 0
    assert len(inbox.requests) == MOST_ATTEMPTS
    row = await pool.fetchrow("select * from alert_deliveries where id = $1", delivery)
    assert (row["attempts"], row["sent_at"], row["next_attempt_at"]) == (MOST_ATTEMPTS, None, None)
    assert row["error"] == "the target answered 500"


async def test_a_second_attempt_arrives_under_the_same_id(pool, site_id, noted, deliver, inbox):
    await noted(inbox.url)
    inbox.statuses = [503]
    assert [await deliver(), await deliver(at=NOON + MINUTE), await deliver(at=NOON + DAY)] == [0, 1, 0]
    first, second = (headers["X-PyUniqVisit-Delivery"] for headers, _ in inbox.requests)
    assert first == second
    assert await pool.fetchval("select sent_at from alert_deliveries") == utc(NOON + MINUTE)


async def test_a_redirect_is_not_followed(pool, site_id, noted, deliver, inbox):
    await noted(inbox.url)
    inbox.statuses = [302]
    assert await deliver() == 0
    assert len(inbox.requests) == 1
    assert await pool.fetchval("select error from alert_deliveries") == "the target answered 302"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_a_webhook_does_not_reach_this_machine(pool, site_id, noted, deliver, inbox, host):
    await noted(inbox.url.replace("127.0.0.1", host))
    assert await deliver(allow_private=False) == 0
    assert inbox.requests == []
    assert "not an address on the Internet" in await pool.fetchval("select error from alert_deliveries")


async def test_a_switched_off_alert_sends_nothing(pool, site_id, noted, deliver, inbox):
    await noted(inbox.url)
    await pool.execute("update alerts set enabled = false")
    assert await deliver() == 0
    assert inbox.requests == []


async def test_two_workers_send_it_once(pool, site_id, noted, deliver, inbox):
    await noted(inbox.url)
    assert sum(await asyncio.gather(deliver(), deliver(), deliver())) == 1
    assert len(inbox.requests) == 1


async def test_mail_without_a_server_is_explained(pool, site_id, noted, deliver):
    await noted("owner@example.org", "email")
    assert await deliver() == 0
    assert "mail.host" in await pool.fetchval("select error from alert_deliveries")


async def test_a_mail_server_that_refuses_is_asked_again(pool, site_id, noted, deliver, mailbox, mail_settings):
    await noted("owner@example.org", "email")
    mailbox.refusal = "451 later"
    assert await deliver(mail_settings) == 0
    assert await pool.fetchval("select error from alert_deliveries") == "the mail server answered 451"
    mailbox.refusal = ""
    assert await deliver(mail_settings, NOON + MINUTE) == 1
    assert mailbox.mails[0][1]["Subject"] == "title"


async def test_what_was_told_long_ago_is_forgotten(pool, site_id, noted, deliver, inbox):
    await noted(inbox.url)
    await deliver()
    for days, left in ((89, 1), (91, 0)):
        await AlertDeliveries(pool, MailSettings(), AlertSettings(), lambda at=days: NOON + at * DAY).forget()
        assert await pool.fetchval("select count(*) from alert_deliveries") == left
