-- Which revision of the schema the database has; no row before the first.
select version_num from alembic_version
