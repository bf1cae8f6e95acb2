-- What administration needs: second factors, sessions, share links, notes on visitors, deletions, the audit log.

alter table users
    add column totp_secret text,
    add column totp_confirmed_at timestamptz,
    add column totp_last_step bigint,
    add column updated_at timestamptz;

alter table sites
    add column updated_at timestamptz;

-- What people see of a login: sessions are families of refresh tokens.
alter table refresh_tokens
    add column client text not null default '';

alter table api_keys
    add column site_id integer references sites on delete cascade,
    add column prefix text not null default '';

create table share_links (
    id uuid primary key,
    site_id integer not null references sites on delete cascade,
    name text not null,
    token_hash bytea not null unique,
    password_hash text,
    created_by uuid references users on delete set null,
    created_at timestamptz not null,
    revoked_at timestamptz
);
create index share_links_site on share_links (site_id);

-- What administrators write about a visitor. Apart from `visitors`, which only the ingest writes.
create table visitor_notes (
    site_id integer not null,
    visitor_id uuid not null,
    label text not null,
    note text not null,
    updated_at timestamptz not null,
    primary key (site_id, visitor_id)
);

-- Visitors who were erased: what they sent until then is dropped, also if it comes later or again.
create table visitor_erasures (
    shard smallint not null,
    site_id integer not null,
    visitor_id uuid not null,
    until timestamptz not null,
    primary key (shard, site_id, visitor_id)
);
create index visitor_erasures_until on visitor_erasures (shard, until);

-- A site that is being deleted: its rows go in small batches, in the background.
create table site_deletions (
    site_id integer primary key,
    name text not null,
    requested_by uuid,
    requested_at timestamptz not null,
    rows_total bigint,
    rows_deleted bigint not null default 0,
    finished_at timestamptz
);

-- Who did what, and when. Rows are only ever added.
create table audit_log (
    id uuid primary key,
    at timestamptz not null,
    actor uuid,
    actor_name text not null,
    action text not null,
    subject text not null,
    details jsonb not null,
    request_id text not null
);
create index audit_log_at on audit_log (at desc, id);
create function audit_log_is_append_only() returns trigger
language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end
$$;
create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function audit_log_is_append_only();
