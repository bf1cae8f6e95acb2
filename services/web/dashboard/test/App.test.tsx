import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App";

const SUMMARY = { visitors: 12, visits: 15, pageviews: 40, views_per_visit: 2.667, bounce_rate: 20, visit_duration: 65 };
const POINT = { time: "2026-11-22T07:00:00+00:00", visitors: 12, visits: 15, pageviews: 40 };

let answers: Record<string, () => Response>;
let asked: { path: string; authorization: string | null }[];

const shown = () => document.body.textContent ?? "";
const until = (text: string) => vi.waitFor(() => expect(shown()).toContain(text));
const press = (text: string) =>
  [...document.querySelectorAll("button")].find((button) => button.textContent === text)!.click();

async function logIn(password: string) {
  document.querySelector<HTMLInputElement>("[name=username]")!.value = "admin";
  document.querySelector<HTMLInputElement>("[name=password]")!.value = password;
  press("Log in");
}

beforeEach(() => {
  asked = [];
  answers = {
    "/api/v1/auth/token": () => Response.json({ access_token: "secret" }),
    "/api/v1/sites": () => Response.json({ sites: [{ name: "blog", url: "https://blog.example" }] }),
    "/api/v1/sites/blog/stats/summary?period=day": () => Response.json(SUMMARY),
    "/api/v1/sites/blog/stats/timeseries?period=day&interval=hour": () =>
      Response.json({ interval: "hour", points: [POINT] }),
    "/api/v1/sites/blog/stats/summary?period=7d": () => Response.json({ ...SUMMARY, visitors: 777 }),
    "/api/v1/sites/blog/stats/timeseries?period=7d&interval=day": () => Response.json({ interval: "day", points: [] }),
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, authorization: new Headers(init.headers).get("Authorization") });
    return answers[path]!();
  });
  render(<App />, document.body);
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

test("after the login the first site's numbers of today are shown", async () => {
  await logIn("right");
  await until("Visitors12");
  for (const number of ["Visits15", "Pageviews40", "Views per visit2.67", "Bounce rate20%", "Visit duration1m 5s"])
    expect(shown()).toContain(number);
  expect(document.querySelectorAll("svg rect.value")).toHaveLength(1);
  expect(asked.slice(1).map(({ authorization }) => authorization)).toEqual(Array(3).fill("Bearer secret"));
  expect(localStorage.length + sessionStorage.length).toBe(0);
});

test("a refused login says why", async () => {
  answers["/api/v1/auth/token"] = () =>
    Response.json({ title: "Unauthorized", detail: "Wrong username or password.", status: 401 }, { status: 401 });
  await logIn("wrong");
  await until("Wrong username or password.");
});

test("a server that is away is said, and the login can be tried again", async () => {
  answers["/api/v1/auth/token"] = () => {
    throw new TypeError("fetch failed");
  };
  await logIn("right");
  await until("The server cannot be reached.");
  expect(document.querySelector("button")!.disabled).toBe(false);
});

test("another period shows its own numbers", async () => {
  await logIn("right");
  await until("Visitors12");
  document.querySelector<HTMLInputElement>("input[value='7d']")!.click();
  await until("Visitors777");
});

test("the graph is there as a table, too", async () => {
  await logIn("right");
  await until("Visitors12");
  press("Table");
  await vi.waitFor(() => expect(document.querySelector("table")!.textContent).toContain("07:001240"));
});

test("when the session has ended, the login comes back", async () => {
  answers["/api/v1/sites/blog/stats/summary?period=day"] = () => Response.json({ title: "Expired" }, { status: 401 });
  await logIn("right");
  await until("Your session has ended.");
});
