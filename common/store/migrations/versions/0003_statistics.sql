-- Rollups. Nothing was ever written to the tables that they replace.

drop table rollup_deltas;
drop table rollups;

-- What one ingest transaction adds to the rollups: one row for a dimension on a day of the site's calendar, whose
-- values and counters are arrays of the same length. visitors: 8 bytes of each visitor id, one after another.
create table rollup_deltas (
    shard smallint not null,
    id uuid not null,
    site_id integer not null,
    dimension smallint not null,
    day date not null,
    "values" text[] not null,
    visits integer[] not null,
    bounces integer[] not null,
    duration_ms bigint[] not null,
    pageviews integer[] not null,
    events integer[] not null,
    clicks integer[] not null,
    engaged_ms bigint[] not null,
    leaves integer[] not null,
    scroll integer[] not null,
    visitors bytea[] not null,
    primary key (shard, id, site_id, dimension, day)
);
create index rollup_deltas_site on rollup_deltas (site_id, dimension, day);

-- Grain 1: days, 2: weeks from Monday, 3: months; all of them contain all there is, today included.
-- bucket: the first day. visitors: a sketch; uniques: what it says.
create table rollups (
    site_id integer not null,
    bucket date not null,
    dimension smallint not null,
    grain smallint not null,
    uniques integer not null,
    visits bigint not null,
    bounces bigint not null,
    duration_ms bigint not null,
    pageviews bigint not null,
    events bigint not null,
    clicks bigint not null,
    engaged_ms bigint not null,
    leaves bigint not null,
    scroll bigint not null,
    value text collate "C" not null,
    visitors bytea,
    primary key (site_id, grain, dimension, bucket, value)
) with (fillfactor = 90, toast_tuple_target = 256);
-- Sketches out of line, so that counters are dense on disk; but never values, which every report groups by.
alter table rollups alter column visitors set storage external;
alter table rollups alter column value set storage main;
-- The values of a bucket by their visitors, for the reports that show the first ones of thousands.
create index rollups_heads on rollups (site_id, grain, dimension, bucket, uniques desc) where uniques >= 20;

-- Days whose rollups do not say what the raw rows say: reports read them raw until they are rebuilt.
-- exits_only: only the exit pages are open, since a visit has one only when it is over.
create table rollup_dirty (
    shard smallint not null,
    site_id integer not null,
    day date not null,
    exits_only boolean not null,
    marked_at timestamptz not null,
    primary key (shard, site_id, day, exits_only)
);
create index rollup_dirty_site on rollup_dirty (site_id, day);

-- What is stored already is counted by the first worker that runs.
insert into rollup_dirty (shard, site_id, day, exits_only, marked_at)
select distinct 0, days.site_id, days.day, exits_only, now()
from (
    select site_id, (started_at at time zone timezone)::date as day from visits join sites on sites.id = site_id
    union
    select site_id, (ts at time zone timezone)::date from events join sites on sites.id = site_id
) as days
cross join unnest(array[false, true]) as exits_only;

-- version: grows with every change to a day that was over. So an answer about such days holds as long as it does.
create table rollup_state (
    site_id integer primary key,
    version bigint not null
);

-- What a site wants of its visitors: to look at a page (with * for any text) or to do something that is an event.
create table goals (
    id uuid primary key,
    site_id integer not null references sites on delete cascade,
    name text not null,
    page text not null default '',
    event text not null default '',
    properties jsonb not null default '{}',
    created_at timestamptz not null,
    unique (site_id, name),
    check ((page = '') <> (event = ''))
);

create table funnels (
    id uuid primary key,
    site_id integer not null references sites on delete cascade,
    name text not null,
    within text not null check (within in ('period', 'visit')),
    created_at timestamptz not null,
    unique (site_id, name)
);

-- A step is a goal, or a page or event of its own. The reference to the goal is looked at when all is done, because
-- the goals and the funnels of a deleted site go in any order.
create table funnel_steps (
    funnel_id uuid not null references funnels on delete cascade,
    step smallint not null check (step between 1 and 8),
    goal_id uuid references goals deferrable initially deferred,
    page text not null default '',
    event text not null default '',
    properties jsonb not null default '{}',
    primary key (funnel_id, step),
    check ((goal_id is not null)::int + (page <> '')::int + (event <> '')::int = 1)
);
create index funnel_steps_goal on funnel_steps (goal_id);
