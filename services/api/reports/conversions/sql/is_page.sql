({row}.kind = {kind}::smallint and {row}.path like {pattern}::text and {properties})
