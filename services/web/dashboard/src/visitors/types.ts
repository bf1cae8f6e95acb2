export interface Seen {
  country: string;
  region: string;
  city: string;
  browser: string;
  os: string;
  device: string;
  /** Empty for people. */
  bot_reason: string;
}

export interface Visit extends Seen {
  visitor: string;
  started_at: string;
  ended_at: string;
  pageviews: number;
  events: number;
  engaged_ms: number;
  entry_page: string;
  exit_page: string;
  referrer: string;
  source: string;
  channel: string;
  utm_campaign: string;
  browser_version: string;
  os_version: string;
  screen: string;
  language: string;
  network: string;
  user_agent: string;
}

export interface VisitorRow extends Seen {
  id: string;
  label: string;
  first_visit: string;
  last_visit: string;
  seen_at: string;
}

export interface VisitorView {
  id: string;
  first_visit: string;
  last_visit: string;
  label: string;
  note: string;
  visits: Visit[];
  next: string | null;
}

export interface VisitEvent {
  id: string;
  time: string;
  kind: string;
  path: string;
  name: string;
  props: Record<string, unknown> | null;
  engaged_ms: number;
  scroll: number;
}
