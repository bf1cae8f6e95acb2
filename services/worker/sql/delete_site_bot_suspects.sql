-- $1: site.
delete from bot_suspects where site_id = $1
