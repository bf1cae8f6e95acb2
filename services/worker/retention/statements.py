from common.store import load_queries

SQL = load_queries(__package__)
