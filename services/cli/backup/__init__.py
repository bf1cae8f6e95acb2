"""Backup of the whole database to one file, and restore.

Tables are copied in PostgreSQL's binary COPY format on one snapshot, so no PostgreSQL client tools are needed and no
service has to stop. Salts are not included: they exist only in Redis, and an expired salt must not be restored.
"""
