-- All but the newest. $1 site, $2 kind, $3 how many stay.
delete from insights
where site_id = $1 and kind = $2 and computed_at not in (
    select computed_at from insights where site_id = $1 and kind = $2 order by computed_at desc limit $3
)
