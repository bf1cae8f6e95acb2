-- Nothing where the visitor is not known. No erasure of the visitor can pass until this transaction ends.
-- $1 shard, $2 site, $3 visitor.
select visitor_id from visitors where shard = $1 and site_id = $2 and visitor_id = $3 for key share
