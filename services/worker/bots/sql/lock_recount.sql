-- $1: site. No row when another worker has it, or it is done.
select r.shard, r.after_start, r.after_visitor, r.judges, r.requested_at
from bot_recounts r
where r.site_id = $1 and r.finished_at is null
for update skip locked
