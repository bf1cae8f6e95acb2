rtrim({row}.{column} || ' ' || {row}.{column}_version)
