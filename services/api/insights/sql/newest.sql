-- The newest insight of a kind. $1 site, $2 kind.
select computed_at, body from insights where site_id = $1 and kind = $2 order by computed_at desc limit 1
