from common.store import load_sql

SQL = load_sql(__package__)
