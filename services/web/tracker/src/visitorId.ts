const readCookie = () => document.cookie.match(/\b_uv=(\w+)/)?.[1];

/** 32 hex characters. `randomUUID` needs https, but a blob's URL ends with a UUID on http as well. */
const randomHex = () => URL.createObjectURL(new Blob()).replace(/.*\/|-/g, "");

/**
 * Returns the visitor's cookie value and creates it if allowed; undefined if the browser stores no cookie.
 *
 * The cookie expires 13 months (in seconds) after the first visit; later visits do not extend it.
 */
export const visitorId = (): string | undefined => {
  readCookie() ||
    navigator.globalPrivacyControl ||
    navigator.doNotTrack == "1" ||
    (document.cookie = `_uv=${randomHex()};max-age=34214400;path=/;samesite=lax${location.href[4] == "s" ? ";secure" : ""}`);
  // Read back: a browser that rejects the cookie would otherwise be a new visitor with every beacon.
  return readCookie();
};
