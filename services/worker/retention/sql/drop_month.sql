-- $1 a day of the month; $2 and $3 sites and days, in pairs, each once, which lose something by it; $4 now.
select drop_month($1, $2, $3, $4)
