-- $1 table. Until the transaction ends.
select pg_temp.lock_table($1)
