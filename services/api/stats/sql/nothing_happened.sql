-- Of a visit's exit page nothing is asked but the visits.
select null::text as value, 0 as pageviews, 0 as events, 0 as clicks, 0 as engaged_ms, 0 as leaves, 0 as scroll
where $8::smallint + $9::smallint + $10::smallint is null
