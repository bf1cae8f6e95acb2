-- Whether anybody can log in yet: an install without users is at its first start.
select exists (select from users)
