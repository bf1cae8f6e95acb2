-- Beacons accounted for: what collectors put on the streams, beside what became of it (ingest_counts).
alter table ingest_offsets
    -- Beacons that ever came onto the shard's stream, up to last_id, by the stream's own count.
    add column accepted bigint not null default 0,
    -- The stream's count at last_id. It begins anew with an emptied Redis; accepted does not.
    add column stream_total bigint not null default 0;

create table ingest_accepted (
    shard smallint not null,
    -- 0: cannot be told.
    site_id integer not null,
    beacons bigint not null,
    primary key (shard, site_id)
);

-- What was read before anybody counted it apart.
update ingest_offsets o
set accepted = coalesce((select sum(c.beacons) from ingest_counts c where c.shard = o.shard), 0);
insert into ingest_accepted (shard, site_id, beacons)
select shard, site_id, sum(beacons) from ingest_counts group by shard, site_id;

-- Retention: what went of a site, day by day of its calendar on which something had to go. kept_from: the first day that
-- stayed. shard and after_visitor: how far the look at its visitors is. Numbers only, so these rows may stay.
create table retention_runs (
    site_id integer not null references sites on delete cascade,
    kept_from date not null,
    began_at timestamptz not null,
    finished_at timestamptz,
    visits bigint not null default 0,
    events bigint not null default 0,
    visitors bigint not null default 0,
    dead_letters bigint not null default 0,
    months_dropped smallint not null default 0,
    shard smallint not null default 0,
    after_visitor uuid not null default '00000000-0000-0000-0000-000000000000',
    primary key (site_id, kept_from)
);

-- Drops the month's partition of a big table, at once and with all that is in it. Gives whether there was one.
create function drop_partition(parent text, month date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    partition text := format('%s_%s', parent, to_char(date_trunc('month', month), 'YYYY_MM'));
begin
    if parent not in ('visits', 'events') or to_regclass(partition) is null then
        return false;
    end if;
    -- Who waits for this lock makes all others wait: so not for long. It is tried again.
    perform set_config('lock_timeout', '300ms', true);
    execute format('drop table %I', partition);
    return true;
end
$$;

-- The second wall between sites. Roles that do not own the tables (common/store/sql/grant_roles.sql) see, and write,
-- only rows of the sites that are named by the setting pyuniqvisit.sites, a list of numbers with commas; without it, none.
-- The list is looked up once a statement, and not once a row. Owners and superusers are not held up by it.
do $$
declare
    isolated text;
begin
    foreach isolated in array array[
        'visitors', 'visits', 'events', 'visitor_notes', 'visitor_erasures',
        'rollups', 'rollup_deltas', 'rollup_dirty', 'rollup_state',
        'retention_runs', 'insights', 'insight_requests', 'alerts', 'goals', 'funnels',
        'bot_settings', 'bot_overrides', 'bot_recounts', 'bot_suspects', 'bot_opinions'
    ] loop
        execute format('alter table %I enable row level security', isolated);
        execute format(
            'create policy sites_in_reach on %I using (site_id = any('
            '(select string_to_array(current_setting(''pyuniqvisit.sites'', true), '','')::integer[])::integer[]))',
            isolated
        );
    end loop;
end
$$;
-- Letters that could not be decoded are of no known site; an erasure searches them as well.
alter table dead_letters enable row level security;
create policy sites_in_reach on dead_letters using (
    site_id is null
    or site_id = any((select string_to_array(current_setting('pyuniqvisit.sites', true), ',')::integer[])::integer[])
);

-- Making a month's partition is the owner's; this lets others have it made, and nothing else.
alter function ensure_partition(text, date) security definer set search_path = public, pg_temp;
