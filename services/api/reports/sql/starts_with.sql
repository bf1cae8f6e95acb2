starts_with({value}, {text}::text)
