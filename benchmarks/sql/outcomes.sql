-- What became of every beacon, over all shards, sites and days.
select outcome, sum(beacons)::bigint as beacons from ingest_counts group by outcome
