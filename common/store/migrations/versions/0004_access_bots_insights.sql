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
