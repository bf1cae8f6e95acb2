{row}.props ->> {key}::text = {value}::text
