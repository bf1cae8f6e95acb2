-- $1: a day of the month.
select drop_partition('visits', $1), drop_partition('events', $1)
