"""Numbers of a site: params (what is asked) -> plan (what to read) -> reports (what is answered)."""
