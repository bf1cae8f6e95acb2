-- $1 shard, $2 site, $3 visitor.
select v.visitor_id as id, v.first_visit, v.last_visit, coalesce(n.label, '') as label, coalesce(n.note, '') as note
from visitors v
left join visitor_notes n on n.site_id = v.site_id and n.visitor_id = v.visitor_id
where v.shard = $1 and v.site_id = $2 and v.visitor_id = $3
