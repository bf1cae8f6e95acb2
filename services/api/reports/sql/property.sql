{row}.props ->> {key}::text
