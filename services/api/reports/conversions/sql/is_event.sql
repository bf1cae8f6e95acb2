({row}.kind = {kind}::smallint and {row}.name = {name}::text and {properties})
