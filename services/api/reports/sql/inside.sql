-- Whether all that happened in a visit did so in the span. What came late lies up to half an hour before its start.
{row}.started_at >= $2::timestamptz + interval '30 minutes' and {row}.ended_at < $3
