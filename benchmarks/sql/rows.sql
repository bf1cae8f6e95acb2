-- What the beacons became.
select (select count(*) from events) as events,
    (select count(*) from visits) as visits,
    (select count(*) from visitors) as visitors
