"""The audit log: what is recorded, who can read it, and that entries cannot be changed."""

import json
from datetime import timedelta

import asyncpg
import pytest

from services.api.app import ENDPOINTS

SECRET = "a long enough one for tests"


@pytest.fixture
def read(client, admin):
    async def get(**query):
        answer = await client.get("/api/v1/audit", params=query, headers=admin.headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


@pytest.fixture
def make_user(client, admin):
    async def post(username):
        body = {"username": username, "password": SECRET}
        return await client.post("/api/v1/users", json=body, headers=admin.headers | {"X-Request-Id": f"r-{username}"})

    return post


async def test_change_is_recorded_with_actor_action_time_and_request(read, make_user, client, admin, clock):
    await make_user("bob")
    clock.forward(timedelta(seconds=5))
    await client.patch("/api/v1/users/bob", json={"disabled": True, "password": SECRET * 2}, headers=admin.headers)
    changed, made = (await read())["entries"]
    assert {key: made[key] for key in made if key != "id"} == {
        "at": "2046-11-22T12:30:00Z",
        "actor": "ada",
        "action": "user.create",
        "subject": "bob",
        "fields": ["password", "username"],
        "request_id": "r-bob",
    }
    assert (changed["action"], changed["at"]) == ("user.update", "2046-11-22T12:30:05Z")
    assert changed["fields"] == ["disabled", "password"]


async def test_values_of_body_are_not_recorded(make_user, pool):
    await make_user("bob")
    rows = await pool.fetch("select * from audit_log")
    assert rows
    assert SECRET not in json.dumps([list(map(str, row.values())) for row in rows])


def test_every_endpoint_that_changes_something_is_audited():
    silent = {f"{each.method} {each.path}" for each in ENDPOINTS if each.method != "GET" and each.audit is None}
    assert silent == {
        "POST /api/v1/auth/refresh",  # of a login that is in the log
        "POST /api/v1/shares/open",  # anonymous, and changes nothing
        "POST /api/v1/events",  # traffic, of which every event is kept
        "POST /api/v1/sites/{name}/events/import",
    }
    # A read is audited only if it returns all visits.
    assert [each.path for each in ENDPOINTS if each.method == "GET" and each.audit] == ["/api/v1/sites/{name}/export"]


async def test_failed_requests_and_reads_are_not_recorded(read, make_user, client, admin, reader):
    await make_user("bob")
    await make_user("bob")
    await client.get("/api/v1/users", headers=admin.headers)
    await client.delete("/api/v1/users/bob", headers=reader.headers)
    await client.delete("/api/v1/users/unknown", headers=admin.headers)
    await client.delete("/api/v1/users/bob")
    assert [entry["action"] for entry in (await read())["entries"]] == ["user.create"]


async def test_adding_member_records_site_and_user(read, client, admin, reader, clock):
    await client.post("/api/v1/sites", json={"name": "example", "url": "https://a.io"}, headers=admin.headers)
    for method in (client.put, client.delete):
        clock.forward(timedelta(seconds=1))
        await method("/api/v1/sites/example/members/rob", headers=admin.headers)
    found = [(entry["action"], entry["subject"]) for entry in (await read())["entries"]]
    assert found[:2] == [("site.member.remove", "example/rob"), ("site.member.add", "example/rob")]


async def test_pages_return_every_entry_once_while_more_are_written(read, make_user, clock):
    for n in range(7):  # all in the same millisecond
        await make_user(f"user{n}")
    first = await read(limit=3)
    clock.forward(timedelta(milliseconds=1))
    await make_user("later")
    seen, page = list(first["entries"]), first
    while page["next"]:
        page = await read(limit=3, after=page["next"])
        assert len(page["entries"]) <= 3
        seen += page["entries"]
    assert len({entry["id"] for entry in seen}) == len(seen) == 7
    assert {entry["subject"] for entry in seen} == {f"user{n}" for n in range(7)}
    assert seen == sorted(seen, key=lambda entry: (entry["at"], entry["id"]), reverse=True)


async def test_last_page_has_no_next(read, make_user):
    for n in range(3):
        await make_user(f"user{n}")
    assert (await read(limit=3))["next"] is None
    assert (await read(limit=2))["next"] is not None


async def test_entries_are_filtered_by_actor_action_and_subject(read, make_user, client, admin, clock):
    for name in ("bob", "eve"):
        await make_user(name)
        clock.forward(timedelta(seconds=1))
    await client.put("/api/v1/sites/missing/members/bob", headers=admin.headers)
    await client.delete("/api/v1/users/bob", headers=admin.headers)
    for query, expected in (
        ({"action": "user"}, ["user.delete", "user.create", "user.create"]),
        ({"action": "user.delete"}, ["user.delete"]),
        ({"action": "use"}, []),
        ({"subject": "bob"}, ["user.delete", "user.create"]),
        ({"subject": "bob", "action": "user.create"}, ["user.create"]),
        ({"actor": "ADA"}, ["user.delete", "user.create", "user.create"]),
        ({"actor": "bob"}, []),
    ):
        assert [entry["action"] for entry in (await read(**query))["entries"]] == expected, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"after": "yesterday"}, "after"),
        ({"actor": "a\0b"}, "actor"),
        ({"who": "ada"}, "who"),
    ],
)
async def test_invalid_parameter_is_named(client, admin, query, field):
    answer = await client.get("/api/v1/audit", params=query, headers=admin.headers)
    assert (answer.status, (await answer.json())["field"]) == (400, field)


async def test_only_administrators_read_audit_log(client, reader):
    assert (await client.get("/api/v1/audit", headers=reader.headers)).status == 403
    assert (await client.get("/api/v1/audit")).status == 401


@pytest.mark.parametrize(
    "statement", ["update audit_log set subject = 'nothing'", "delete from audit_log", "truncate audit_log"]
)
async def test_entries_cannot_be_changed(make_user, pool, statement):
    await make_user("bob")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await pool.execute(statement)
    assert await pool.fetchval("select count(*) from audit_log where subject = 'bob'") == 1


async def test_entries_of_deleted_user_stay(read, client, admin, pool):
    for username in ("eve", "bob"):
        body = {"username": username, "password": SECRET, "is_admin": True}
        await client.post("/api/v1/users", json=body, headers=admin.headers)
    login = await client.post("/api/v1/auth/token", json={"username": "eve", "password": SECRET})
    eve = {"Authorization": f"Bearer {(await login.json())['access_token']}"}
    await client.delete("/api/v1/users/bob", headers=eve)
    await client.delete("/api/v1/users/eve", headers=admin.headers)
    entries = (await read(action="user.delete", actor="eve"))["entries"]
    assert [entry["subject"] for entry in entries] == ["bob"]


async def test_failure_to_record_undoes_nothing_and_is_logged(make_user, pool, capsys):
    await pool.execute("alter table audit_log rename to mislaid")
    assert (await make_user("bob")).status == 201
    output = capsys.readouterr().out
    assert "audit log: failed to record an event" in output
    assert "user.create" in output
