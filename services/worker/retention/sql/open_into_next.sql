-- Whether something of a month belongs to what stays. $1 begin of the month (UTC), $2 its end, $3 before this nothing stays.
select exists (select 1 from visits where started_at >= $1 and started_at < $2 and ended_at >= $3)
    or exists (select 1 from events where ts >= $1 and ts < $2 and visit_started_at >= $3)
