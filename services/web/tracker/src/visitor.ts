const stored = () => document.cookie.match(/\b_uv=(\w+)/)?.[1];

/** 32 hex characters. On plain http there is no randomUUID, but the name of a blob ends with one. */
const randomHex = () => URL.createObjectURL(new Blob()).replace(/.*\/|-/g, "");

/**
 * The visitor's cookie value, made now where it may be; undefined where the browser keeps none.
 *
 * It lives 13 months (in seconds) from the first visit; a later one does not prolong it.
 */
export const visitor = (): string | undefined => {
  stored() ||
    navigator.globalPrivacyControl ||
    navigator.doNotTrack == "1" ||
    (document.cookie = `_uv=${randomHex()};max-age=34214400;path=/;samesite=lax${location.href[4] == "s" ? ";secure" : ""}`);
  // Read back: a browser that did not keep it would otherwise be a new visitor with every beacon.
  return stored();
};
