-- name: add_entry
-- $1 id, $2 when, $3 actor, $4 actor's name, $5 action, $6 subject, $7 details, $8 request.
insert into audit_log (id, at, actor, actor_name, action, subject, details, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: entries_page
-- A page of the log, the newest first. $1 the entry that the page before ended with, or null; then filters, each null
-- for any: $2 actor's name, in any case, $3 action, or its first part, $4 subject. $5 most rows.
select id, at, actor_name, action, subject, details, request_id
from audit_log
where ($1::uuid is null or (at, id) < (select at, id from audit_log where id = $1))
  and ($2::text is null or lower(actor_name) = lower($2))
  and ($3::text is null or action = $3 or starts_with(action, $3 || '.'))
  and ($4::text is null or subject = $4)
order by at desc, id desc
limit $5
