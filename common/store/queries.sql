-- name: create_site
-- No row when the name is taken.
insert into sites (${setting_columns}, created_at)
values (${setting_values}, :created_at)
on conflict (name) do nothing
returning id

-- name: create_user
-- $1 id, $2 username, $3 password hash, $4 is admin, $5 now. No row when the username is taken, in any case.
insert into users (id, username, password_hash, is_admin, created_at)
values ($1, $2, $3, $4, $5)
on conflict (lower(username)) do nothing
returning id

-- name: enter_role
-- Acts as $1 from here on, until the connection ends. Gives no row where there is no such role, or no way into it.
select set_config('role', rolname, false) from pg_roles where rolname = $1 and pg_has_role(session_user, oid, 'member')

-- name: grant_roles
-- Who may do what: the roles, made where they are missing, and their rights to the tables as they are now. Runs after
-- every migration. Both roles are entered by the login that owns the tables, so they need no password of their own.
do $$
declare
    -- Read by the API and written by the worker, or by migrations.
    api_reads constant text[] := array[
        'install', 'insights', 'rollups', 'rollup_deltas', 'ingest_counts', 'ingest_accepted'
    ];
    -- Who people are, and how they get in: no business of the worker.
    people constant text[] := array[
        'users', 'site_members', 'refresh_tokens', 'api_keys', 'site_keys', 'share_links', 'audit_log'
    ];
    name text;
begin
    -- Roles belong to the server: a migration of another database may create them at the same moment.
    if to_regrole('pyuniqvisit_api') is null then
        begin
            create role pyuniqvisit_api nologin;
        exception
            when duplicate_object or unique_violation then null;
            when insufficient_privilege then
                raise exception using
                    errcode = 'insufficient_privilege',
                    message = format(
                        'the role pyuniqvisit_api is missing, and %I may not make it; '
                        'let an administrator run: create role pyuniqvisit_api nologin; grant pyuniqvisit_api to %I',
                        current_user, current_user
                    );
        end;
    end if;
    -- The worker works for all sites, and loads by COPY, which row-level security refuses: it has to be above that.
    -- Only a superuser can make such a role. Without it the worker stays what it logs in as.
    if to_regrole('pyuniqvisit_worker') is null then
        begin
            create role pyuniqvisit_worker nologin bypassrls;
        exception
            when duplicate_object or unique_violation or insufficient_privilege then null;
        end;
    end if;

    if not (select rolsuper from pg_roles where rolname = session_user) then
        begin
            execute format('grant pyuniqvisit_api to %I', session_user);
        exception when insufficient_privilege then null;  -- an administrator made the role, and did this as well
        end;
    end if;
    execute 'grant usage on schema public to pyuniqvisit_api';
    execute 'grant usage on all sequences in schema public to pyuniqvisit_api';
    if to_regrole('pyuniqvisit_worker') is not null then
        execute 'grant usage on schema public to pyuniqvisit_worker';
        execute 'grant usage on all sequences in schema public to pyuniqvisit_worker';
    end if;

    -- They act as the owner of the tables.
    execute 'revoke execute on function ensure_partition(text, date), drop_partition(text, date),'
        ' drop_month(date, integer[], date[], timestamptz) from public';
    execute 'grant execute on function ensure_partition(text, date) to pyuniqvisit_api';
    if to_regrole('pyuniqvisit_worker') is not null then
        execute 'grant execute on function ensure_partition(text, date), drop_month(date, integer[], date[], timestamptz)'
            ' to pyuniqvisit_worker';
    end if;

    -- Not partitions: reading one by its name would bypass the row-level security of its parent.
    for name in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
            and relname <> 'alembic_version'
    loop
        execute format('revoke all on %I from pyuniqvisit_api', name);
        execute format(
            'grant %s on %I to pyuniqvisit_api',
            case
                when name = any(api_reads) then 'select'
                when name = 'audit_log' then 'select, insert'
                when name = 'ingest_offsets' then 'select, update'
                else 'select, insert, update, delete'
            end,
            name
        );
        if to_regrole('pyuniqvisit_worker') is not null then
            execute format('revoke all on %I from pyuniqvisit_worker', name);
            if not name = any(people) then
                execute format(
                    'grant %s on %I to pyuniqvisit_worker',
                    case when name = 'install' then 'select' else 'select, insert, update, delete' end,
                    name
                );
            end if;
        end if;
    end loop;
end
$$

-- name: has_distribution
-- Whether the extension that distributes tables is in this database.
select exists (select 1 from pg_extension where extname = 'citus')

-- name: has_users
-- Whether there are users.
select exists (select from users)

-- name: install
-- The facts that were fixed when this install was created.
select shards, created_at from install

-- name: is_distributed
-- Whether Citus has distributed the big tables: it puts a trigger on each. Asked this way, no server needs Citus to answer.
select exists (
    select 1
    from pg_trigger t
    join pg_proc p on p.oid = t.tgfoid
    where t.tgrelid = to_regclass('visits') and p.proname = 'citus_truncate_trigger'
)

-- name: lock_shard
-- Locks the shard's offset until this transaction ends. Whatever writes rows of a shard locks it first. $1 shard.
select last_id, accepted, stream_total from ingest_offsets where shard = $1 for update

-- name: record_install
-- $1: the number of shards, which never changes.
insert into install (shards, created_at) values ($1, now()) on conflict do nothing

-- name: record_offsets
-- $1: how many shards. Each starts at the beginning of its stream.
insert into ingest_offsets (shard, last_id, updated_at)
select shard, '0-0', now() from generate_series(0, $1::int - 1) as shard
on conflict do nothing

-- name: registry
-- Every site as the collector must know it.
select ${site_columns}
from sites
where deleted_at is null
order by id

-- name: try_lock_shard
-- Like lock_shard; no row when another transaction has the lock. $1 shard.
select last_id, accepted, stream_total from ingest_offsets where shard = $1 for update skip locked

-- name: user_exists
-- $1: username, in any case.
select exists (select from users where lower(username) = lower($1))
