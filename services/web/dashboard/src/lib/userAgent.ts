const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const OPERATING_SYSTEMS: readonly [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** Names the browser and the system of a user agent, like "Firefox · Windows"; for other clients, its first word. */
export function clientName(userAgent: string): string {
  const find = (patterns: readonly [RegExp, string][]) => patterns.find(([pattern]) => pattern.test(userAgent))?.[1];
  const name = [find(BROWSERS), find(OPERATING_SYSTEMS)].filter(Boolean).join(" · ");
  return name || (userAgent.split(" ")[0] ?? "").slice(0, 60);
}
