-- What anybody would write. $1 site, $2 begin of the span, $3 its end.
select path as value, count(distinct visitor_id) as visitors, count(*) filter (where kind = 1) as pageviews
from events
where site_id = $1 and ts >= $2 and ts < $3 and not is_bot and kind in (1, 2, 3)
group by path
order by visitors desc
limit 10
