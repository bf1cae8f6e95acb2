-- Whom the model takes for programs, the most unusual first. $1 site, $2 how many.
select visitor_id as visitor, score, reasons, last_visit, computed_at
from bot_opinions
where site_id = $1
order by score desc, visitor_id
limit $2
