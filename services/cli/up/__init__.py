"""`pyuniqvisit up`: servers and services as child processes of one supervisor.

`start.py` has the whole start sequence, `migrate.py` the migration of the database.
"""
