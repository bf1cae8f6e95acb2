jsonb_object_keys({row}.props)
