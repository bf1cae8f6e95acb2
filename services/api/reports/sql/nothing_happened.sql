-- Of a visit's exit page nothing is asked but the visits.
select {value} as value, 0 as pageviews, 0 as events, 0 as clicks, 0 as engaged_ms, 0 as leaves, 0 as scroll
from visits v
where false and v.pageviews in ($8, $9, $10)
