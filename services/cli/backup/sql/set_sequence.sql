-- $1: its name, $2: the last number that it gave.
select setval(format('%I', $1::text)::regclass, $2)
