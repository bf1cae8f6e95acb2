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

-- The second wall between sites. Roles that do not own the tables (common/store/queries/grant_roles.sql) see, and write,
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

-- The same as before, and each month in two parts: one of the shards that a sample of the visitors reads first (the first
-- eighth), one of all others. What a sample reads lies together that way, and not on nearly every page of the month. Months
-- that are there stay in one piece. Citus knows partitions of one level only; it keeps shards apart as it is.
create or replace function ensure_partition(parent text, month date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    first date := date_trunc('month', month)::date;
    partition text := format('%s_%s', parent, to_char(first, 'YYYY_MM'));
    is_split boolean := not exists (select from pg_extension where extname = 'citus');
    sampled integer := greatest((select shards / 8 from install), 1);
    parts text[] := case when is_split then array[partition || '_sampled', partition || '_others'] else array[partition] end;
    part text;
begin
    if to_regclass(partition) is not null then
        return false;
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_partition'));
    if to_regclass(partition) is not null then
        return false;
    end if;
    -- Somebody else may have made it just before the lock was ours, and this session not have heard of it.
    begin
        execute format(
            'create table %I (like %I including defaults including constraints) %s',
            partition, parent, case when is_split then 'partition by range (shard)' end
        );
    exception when duplicate_table then
        return false;
    end;
    if is_split then
        execute format('create table %I partition of %I for values from (minvalue) to (%s)', parts[1], partition, sampled);
        execute format('create table %I partition of %I for values from (%s) to (maxvalue)', parts[2], partition, sampled);
    end if;
    if parent = 'visits' then
        foreach part in array parts loop
            execute format('alter table %I set (fillfactor = 85)', part);
        end loop;
    end if;
    execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent, partition, first::timestamp at time zone 'UTC', (first + interval '1 month')::timestamp at time zone 'UTC'
    );
    return true;
end
$$;
-- Months made in advance that nothing has come into yet are made that way, too.
do $$
declare
    parent text;
    partition text;
    month date;
    is_empty boolean;
begin
    for parent, partition, month in
        select p.relname, c.relname, to_date(right(c.relname, 7), 'YYYY_MM')
        from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
        where i.inhparent in ('visits'::regclass, 'events'::regclass)
    loop
        continue when month <= now();
        execute format('select not exists (select from %I)', partition) into is_empty;
        if is_empty then
            execute format('drop table %I', partition);
            perform ensure_partition(parent, month);
        end if;
    end loop;
end
$$;

-- How often a day was put in doubt: whoever makes it anew takes away only the marks that it has seen.
alter table rollup_dirty add column marks integer not null default 1;

-- Drops a month of the big tables, and marks days whose rollups had something of it. In one function, because both have to be
-- done as the owner: one transaction on a distributed database cannot change what belongs together as two roles.
create function drop_month(month date, site_ids integer[], days date[], marked timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into rollup_dirty (shard, site_id, day, exits_only, marked_at)
    select 0, n.site_id, n.day, part.exits_only, marked
    from unnest(site_ids, days) as n (site_id, day)
    cross join unnest(array[false, true]) as part (exits_only)
    on conflict (shard, site_id, day, exits_only) do update
    set marked_at = greatest(rollup_dirty.marked_at, excluded.marked_at), marks = rollup_dirty.marks + 1;
    perform drop_partition('visits', month), drop_partition('events', month);
end
$$;
