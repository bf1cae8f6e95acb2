-- No row when the site has as many as it may. $1 override, $2 site, $3 kind, $4 value, $5 verdict, $6 now, $7 by whom,
-- $8 how many a site may have.
insert into bot_overrides (id, site_id, kind, value, verdict, created_at, created_by)
select $1, $2, $3::text, $4::text, $5, $6, $7
where (select count(*) from bot_overrides where site_id = $2) < $8::int
    or exists (select from bot_overrides where site_id = $2 and kind = $3::text and value = $4::text)
on conflict (site_id, kind, value) do update
set verdict = excluded.verdict, created_at = excluded.created_at, created_by = excluded.created_by
returning id
