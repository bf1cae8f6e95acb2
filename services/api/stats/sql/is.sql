({value}) = {text}::text
