-- $1: funnel.
delete from funnel_steps where funnel_id = $1
