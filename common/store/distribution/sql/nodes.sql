-- How many servers take shards. Only where the extension is.
select count(*) from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary'
