import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSender } from "../src/sender";

const fetched = vi.fn((_url: string, _request: { body: string }) => Promise.resolve({ status: 202 }));
const bodies = () => fetched.mock.calls.map(([, { body }]) => body);
const statuses = (...next: number[]) => {
  for (const status of next)
    if (status) fetched.mockResolvedValueOnce({ status });
    else fetched.mockRejectedValueOnce(new TypeError("offline"));
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  fetched.mockReset();
  fetched.mockResolvedValue({ status: 202 });
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal(
    "Request",
    class {
      get keepalive() {
        return true;
      }
    },
  );
  sessionStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("an accepted beacon is not sent again", async () => {
  createSender("/collect")("a");
  await vi.advanceTimersByTimeAsync(300_000);
  expect(bodies()).toEqual(["a"]);
});

test.each([503, 502, 0])("after %s it is retried with exponential backoff", async (status) => {
  statuses(status, status, status);
  createSender("/collect")("a");
  for (const [pause, sent] of [
    [2_999, 1],
    [1, 2],
    [5_999, 2],
    [1, 3],
    [11_999, 3],
    [1, 4],
    [600_000, 4],
  ] as const) {
    await vi.advanceTimersByTimeAsync(pause);
    expect(bodies()).toHaveLength(sent);
  }
});

test.each([202, 400, 403, 404, 413, 429])("after %s it is not retried", async (status) => {
  statuses(status);
  createSender("/collect")("a");
  await vi.advanceTimersByTimeAsync(300_000);
  expect(bodies()).toEqual(["a"]);
});

test("the delay is a minute at most, and resets after a success", async () => {
  statuses(...Array<number>(9).fill(503));
  const send = createSender("/collect");
  send("a");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(bodies()).toHaveLength(10);
  statuses(503);
  send("b");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(bodies().slice(10)).toEqual(["b", "b"]);
});

test("the next page of the tab retries undelivered beacons", async () => {
  statuses(503, 503);
  const send = createSender("/collect");
  send("a");
  send("b");
  await vi.advanceTimersByTimeAsync(0);
  vi.clearAllTimers();
  expect(JSON.parse(sessionStorage._uvq)).toEqual(["a", "b"]);
  createSender("/collect");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(bodies()).toEqual(["a", "b", "a", "b"]);
  expect(JSON.parse(sessionStorage._uvq)).toEqual([]);
});

test("at most twenty beacons are queued", async () => {
  statuses(...Array<number>(50).fill(503));
  const send = createSender("/collect");
  for (let n = 0; n < 50; n++) send(`${n}`);
  await vi.advanceTimersByTimeAsync(0);
  expect(JSON.parse(sessionStorage._uvq)).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 30}`));
});

test.each(["[", "{}", "7", "null"])("a storage with %s does no harm", async (held) => {
  sessionStorage._uvq = held;
  statuses(503);
  createSender("/collect")("a");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(bodies()).toEqual(["a", "a"]);
});
