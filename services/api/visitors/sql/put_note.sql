-- Nothing where the visitor is not known. Locks the visitor's row, so that an erasure cannot pass in between and
-- leave the note behind. $1 shard, $2 site, $3 visitor, $4 label, $5 note, $6 now.
with known as (
    select site_id, visitor_id
    from visitors
    where shard = $1 and site_id = $2 and visitor_id = $3
    for key share
)
insert into visitor_notes (site_id, visitor_id, label, note, updated_at)
select site_id, visitor_id, $4, $5, $6 from known
on conflict (site_id, visitor_id) do update
set label = excluded.label, note = excluded.note, updated_at = excluded.updated_at
returning visitor_id
