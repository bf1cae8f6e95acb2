-- Rollups of no site change until this transaction ends: shares the lock with reports, and keeps the worker waiting.
select count(pg_advisory_xact_lock_shared(2, id)) from sites
