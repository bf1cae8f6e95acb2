-- name: add_entry
insert into audit_log (id, at, actor, actor_name, action, subject, details, request_id)
values (:id, :at, :actor, :actor_name, :action, :subject, :details, :request_id)

-- name: entries_page
-- A page of the log, newest first. $1 last entry of the previous page, or null; then filters, each null for any value:
-- $2 actor's name, in any case, $3 action, or its first part, $4 subject. $5 maximum number of rows.
select id, at, actor_name, action, subject, details, request_id
from audit_log
where ($1::uuid is null or (at, id) < (select at, id from audit_log where id = $1))
  and ($2::text is null or lower(actor_name) = lower($2))
  and ($3::text is null or action = $3 or starts_with(action, $3 || '.'))
  and ($4::text is null or subject = $4)
order by at desc, id desc
limit $5
