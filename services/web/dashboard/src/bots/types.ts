/** What the API tells of programs. Shares are percent of all visits. */

export interface Amount {
  visits: number;
  pageviews: number;
  share: number;
}

interface Seen {
  visits: number;
  pageviews: number;
  counted_as_people: number;
  last_seen: string;
}

export interface RuleCount extends Seen {
  rule: string;
  description: string;
  share: number;
}

export interface BotReport {
  first_day: string;
  last_day: string;
  people: Amount;
  bots: Amount;
  readmitted: Amount;
  rules: RuleCount[];
  names: (Seen & { name: string })[];
  user_agents: (Seen & { user_agent: string; rule: string })[];
  networks: (Seen & { network: string; country: string })[];
}

export type Subject = "rule" | "network" | "user_agent";

export interface Override {
  id: string;
  kind: Subject;
  value: string;
  verdict: "human" | "bot";
  created_at: string;
  created_by: string | null;
}

export interface Recount {
  running: boolean;
  progress: number;
  visits_seen: number;
  visits_changed: number;
  requested_at: string | null;
  finished_at: string | null;
  days_to_rebuild: number;
}

export interface BotVisit {
  visitor: string | null;
  started_at: string;
  pageviews: number;
  /** Empty: it counts as a person's. */
  reason: string;
  /** What the rules said. */
  verdict: string;
  network: string;
  user_agent: string;
  name: string;
  os: string;
  country: string;
  entry_page: string;
}

export interface Opinion {
  visitor: string | null;
  score: number;
  reasons: string[];
  last_visit: string;
}

export interface Settings {
  rate_per_minute: number;
  paths_in_15_minutes: number;
  lifetime_paths: number;
  model: "show" | "apply";
}
