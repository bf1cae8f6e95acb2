-- Visits of whom the model thinks, or thought, something; $4: of whom it does now. $1 shard, $2 site, $3 since when.
select visitor_id, started_at, ended_at, pageviews, events, bot_reason, bot_verdict, network, user_agent
from visits
where shard = $1 and site_id = $2 and started_at >= $3
    and (bot_verdict = 'model' or (bot_verdict = '' and visitor_id = any($4::uuid[])))
