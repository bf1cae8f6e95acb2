-- What migrations put into a new database, and the backup has as well.
delete from install;
delete from ingest_offsets;
