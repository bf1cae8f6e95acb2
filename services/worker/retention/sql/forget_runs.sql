-- $1: what began before it need not be told any more.
delete from retention_runs where began_at < $1
