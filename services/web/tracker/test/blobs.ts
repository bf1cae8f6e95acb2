import { vi } from "vitest";

/** Names blobs as browsers do; the test environment has a form of its own. */
export const stubBlobNames = () =>
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${location.origin}/${crypto.randomUUID()}`);
