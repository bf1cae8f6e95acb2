-- For this session only: how many rows a table has.
create or replace function pg_temp.count_rows(name text) returns bigint
language plpgsql as $$
declare
    found bigint;
begin
    execute format('select count(*) from %I', name) into found;
    return found;
end
$$
