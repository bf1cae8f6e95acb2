-- The logins of a user that can go on. $1 user, $2 now.
select
    family as id,
    max(client) as client,
    min(created_at) as created_at,
    max(created_at) as refreshed_at,
    max(expires_at) as expires_at
from refresh_tokens
where user_id = $1 and revoked_at is null
group by family
having bool_or(used_at is null and expires_at > $2)
order by max(created_at) desc, family
