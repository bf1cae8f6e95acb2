-- $1: site.
select o.id, o.kind, o.value, o.verdict, o.created_at, u.username as created_by
from bot_overrides o
left join users u on u.id = o.created_by
where o.site_id = $1
order by o.kind, o.value collate "C"
