"""What a distributed install does as one on a single Postgres does. Needs CITUS_URL: a coordinator with its servers."""
