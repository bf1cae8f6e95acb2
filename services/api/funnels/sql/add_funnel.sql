-- No row when the site has as many as it may.
-- $1 funnel, $2 site, $3 name, $4 within what, $5 now, $6 how many a site may have.
insert into funnels (id, site_id, name, within, created_at)
select $1, $2, $3, $4, $5
where (select count(*) from funnels where site_id = $2) < $6::int
returning id
