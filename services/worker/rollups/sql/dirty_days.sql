-- Days to be made anew, and since when nothing marked them any more.
select d.site_id, s.timezone, d.day, d.exits_only, max(d.marked_at) as marked_at
from rollup_dirty d
join sites s on s.id = d.site_id
group by d.site_id, s.timezone, d.day, d.exits_only
order by d.site_id, d.day, d.exits_only
