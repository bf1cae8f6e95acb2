-- $1: the numbers of the sites, with commas. Until the connection goes back to its pool, which resets all settings.
select set_config('pyuniqvisit.sites', $1, false)
