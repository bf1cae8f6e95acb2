"""The whole database in one file, and back.

Tables travel in Postgres' own binary COPY format, read on one snapshot, so no client programs of Postgres are needed
and nothing has to stand still. Salts are not in it: they live in Redis only, and what has expired there shall not come
back.
"""
