-- What the ingest must know of every site. Its overrides as arrays of the same length, and nothing where it has none.
select
    s.id, s.bot_policy, s.timezone, b.rate_per_minute, b.paths_in_15_minutes, b.lifetime_paths, b.model,
    o.kinds, o."values", o.verdicts
from sites s
left join bot_settings b on b.site_id = s.id
left join (
    select
        site_id,
        array_agg(kind order by id) as kinds,
        array_agg(value order by id) as "values",
        array_agg(verdict order by id) as verdicts
    from bot_overrides
    group by site_id
) o on o.site_id = s.id
