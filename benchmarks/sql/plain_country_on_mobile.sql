-- What anybody would write. $1 site, $2 begin of the span, $3 its end.
select country as value, count(distinct visitor_id) as visitors, count(*) as visits
from visits
where site_id = $1 and started_at >= $2 and started_at < $3 and bot_reason = '' and device = 'Mobile'
group by country
order by visitors desc
limit 10
