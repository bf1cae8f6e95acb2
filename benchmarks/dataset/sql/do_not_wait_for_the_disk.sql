-- For this session: rows that a crash would take with it can be made again.
set synchronous_commit = off
