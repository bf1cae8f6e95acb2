-- $1 id, $2 when, $3 actor, $4 actor's name, $5 action, $6 subject, $7 details, $8 request.
insert into audit_log (id, at, actor, actor_name, action, subject, details, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)
