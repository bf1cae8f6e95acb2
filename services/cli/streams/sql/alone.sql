-- Whether nobody else moves streams; until the connection ends.
select pg_try_advisory_lock(hashtext('move streams'))
