-- $1: site.
delete from bot_opinions where site_id = $1
