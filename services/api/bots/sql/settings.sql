-- No row when the site has the defaults. $1: site.
select rate_per_minute, paths_in_15_minutes, lifetime_paths, model from bot_settings where site_id = $1
