-- Whether nobody has put anything into the database yet.
select not exists (select 1 from users) and not exists (select 1 from sites) and not exists (select 1 from visits)
    and not exists (select 1 from audit_log)
