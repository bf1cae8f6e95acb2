-- Sites whose visits are to be counted again, and since when somebody waits.
select site_id, requested_at from bot_recounts where finished_at is null order by requested_at
