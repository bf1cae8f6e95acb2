-- Signed access: who made a site's key and when it was used last, by which scheme; which schemes a site takes.
alter table site_keys
    add column created_by uuid references users on delete set null,
    add column last_used_at timestamptz,
    add column last_scheme text;

alter table sites
    add column signature_schemes text[] not null default '{legacy,rfc9421}'
        check (signature_schemes <@ '{legacy,rfc9421}'::text[]);

-- Insights: sites whose forecast and the rest somebody waits for. started_at: when a worker took it up last.
create table insight_requests (
    site_id integer primary key references sites on delete cascade,
    requested_at timestamptz not null,
    started_at timestamptz,
    attempts smallint not null default 0
);

-- What of a site somebody wants to be told, and where to. secret: signs what is sent to a webhook.
create table alerts (
    id uuid primary key,
    site_id integer not null references sites on delete cascade,
    kind text not null check (kind in ('spike', 'dip', 'silence', 'weekly', 'monthly')),
    channel text not null check (channel in ('webhook', 'email')),
    target text not null,
    secret text not null,
    enabled boolean not null,
    silence_minutes integer not null check (silence_minutes > 0),
    created_at timestamptz not null
);
create index alerts_site on alerts (site_id);

-- What was told, once: incident names what happened, as spike:2026-11-22. body: the message, as a webhook gets it.
create table alert_deliveries (
    id uuid primary key,
    alert_id uuid not null references alerts on delete cascade,
    incident text not null,
    body jsonb not null,
    created_at timestamptz not null,
    attempts smallint not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    error text not null default '',
    unique (alert_id, incident)
);
create index alert_deliveries_waiting on alert_deliveries (next_attempt_at) where next_attempt_at is not null;

-- Bots. bot_verdict: what the rules said of a visit, '' that a person made it. bot_reason: what counts, which is the
-- same unless the site wants otherwise.
alter table visits add column bot_verdict text not null default '';
update visits set bot_reason = 'referrer:spam' where bot_reason = 'referrer-spam';
update visits set bot_verdict = bot_reason where bot_reason <> '';
create index visits_bots on visits (shard, site_id, started_at) where bot_verdict <> '' or bot_reason <> '';

-- Where a site has none, the defaults count. 0: the rule is off.
create table bot_settings (
    site_id integer primary key references sites on delete cascade,
    rate_per_minute integer not null check (rate_per_minute >= 0),
    paths_in_15_minutes integer not null check (paths_in_15_minutes >= 0),
    lifetime_paths integer not null check (lifetime_paths >= 0),
    model text not null check (model in ('show', 'apply'))
);

-- Who is let in again, or blocked, whatever the rules say.
create table bot_overrides (
    id uuid primary key,
    site_id integer not null references sites on delete cascade,
    kind text not null check (kind in ('rule', 'network', 'user_agent')),
    value text not null,
    verdict text not null check (verdict in ('human', 'bot')),
    created_at timestamptz not null,
    created_by uuid references users on delete set null,
    unique (site_id, kind, value)
);

-- What is stored is counted again, as the site wants it now: shard by shard, from the first visit on.
-- judges: the behaviour is looked at again, too.
create table bot_recounts (
    site_id integer primary key references sites on delete cascade,
    requested_at timestamptz not null,
    finished_at timestamptz,
    judges boolean not null,
    shard smallint not null default 0,
    after_start timestamptz not null default '0001-01-01T00:00Z',
    after_visitor uuid not null default '00000000-0000-0000-0000-000000000000',
    visits_seen bigint not null default 0,
    visits_changed bigint not null default 0
);

-- Visits that did more than most: their behaviour is to be looked at.
create table bot_suspects (
    shard smallint not null,
    site_id integer not null,
    visitor_id uuid not null,
    started_at timestamptz not null,
    primary key (shard, site_id, visitor_id, started_at)
);

-- Visitors whom the model takes for programs, and by which of their habits.
create table bot_opinions (
    shard smallint not null,
    site_id integer not null,
    visitor_id uuid not null,
    score real not null,
    reasons text[] not null,
    last_visit timestamptz not null,
    computed_at timestamptz not null,
    primary key (shard, site_id, visitor_id)
);
