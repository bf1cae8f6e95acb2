import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Session } from "../src/session/session";

let answers: Record<string, (() => Response)[]>;
let asked: string[];

const tokens = (text: string) => () => Response.json({ access_token: text, expires_in: 900 });
const refused = () => Response.json({ type: "urn:pyuniqvisit:problem:unauthenticated" }, { status: 401 });
const me = () => Response.json({ username: "ada", is_admin: false });

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path} ${(init.headers as Record<string, string>).Authorization ?? "-"}`);
    const left = answers[path]!;
    return (left.length > 1 ? left.shift()! : left[0]!)();
  });
});

afterEach(() => vi.unstubAllGlobals());

test("an earlier login is restored from its cookie", async () => {
  answers = { "/api/v1/auth/refresh": [tokens("a")], "/api/v1/me": [me] };
  const session = new Session();
  await session.restore();
  expect(session.state).toMatchObject({ kind: "user", me: { username: "ada" } });
  expect(asked).toEqual(["POST /api/v1/auth/refresh -", "GET /api/v1/me Bearer a"]);
});

test("without a cookie the session is anonymous", async () => {
  answers = { "/api/v1/auth/refresh": [refused] };
  const session = new Session();
  await session.restore();
  expect(session.state.kind).toBe("anonymous");
});

test("an expired token is refreshed once for concurrent requests, which then succeed", async () => {
  answers = {
    "/api/v1/auth/refresh": [tokens("a"), tokens("b")],
    "/api/v1/me": [me],
    "/api/v1/sites": [refused, refused, () => Response.json({ sites: [] })],
  };
  const session = new Session();
  await session.restore();
  const found = await Promise.all([session.api.get("sites"), session.api.get("sites")]);
  expect(found).toEqual([{ sites: [] }, { sites: [] }]);
  expect(asked.filter((each) => each.includes("refresh"))).toHaveLength(2);
  expect(session.state.kind).toBe("user");
});

test("an expired login remembers its user", async () => {
  answers = { "/api/v1/auth/refresh": [tokens("a"), refused], "/api/v1/me": [me], "/api/v1/sites": [refused] };
  const session = new Session();
  await session.restore();
  await expect(session.api.get("sites")).rejects.toMatchObject({ status: 401 });
  expect(session.state).toMatchObject({ kind: "expired", me: { username: "ada" } });
});

test("an unavailable server does not end the login", async () => {
  answers = {
    "/api/v1/auth/refresh": [tokens("a"), () => Response.json({}, { status: 503 })],
    "/api/v1/me": [me],
    "/api/v1/sites": [refused],
  };
  const session = new Session();
  await session.restore();
  await expect(session.api.get("sites")).rejects.toMatchObject({ status: 503 });
  expect(session.state.kind).toBe("user");
});

test("a login leaves nothing in local or session storage", async () => {
  answers = { "/api/v1/auth/token": [tokens("a")], "/api/v1/me": [me] };
  await new Session().logIn("ada", "a password", "");
  expect(localStorage.length + sessionStorage.length).toBe(0);
});
