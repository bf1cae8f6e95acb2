sum(d.events)::integer as events, sum(d.clicks)::integer as clicks
