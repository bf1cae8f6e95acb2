jsonb_exists({row}.props, {key}::text)
