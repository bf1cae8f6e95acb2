import { vi } from "vitest";

/** Names blobs as browsers do; the test environment uses another form. */
export const stubBlobNames = () =>
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${location.origin}/${crypto.randomUUID()}`);
