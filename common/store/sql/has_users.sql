-- Whether anybody can log in yet.
select exists (select from users)
