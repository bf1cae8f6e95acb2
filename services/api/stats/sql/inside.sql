-- Whether all that happened in visit v did so in the span. What came late lies up to half an hour before its start.
v.started_at >= $2::timestamptz + interval '30 minutes' and v.ended_at < $3
