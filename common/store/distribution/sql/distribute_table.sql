-- $1 table, $2 column, $3 the table beside which its shards lie, or none, $4 how many shards where there is none.
select pg_temp.distribute_table($1, $2, $3, $4)
