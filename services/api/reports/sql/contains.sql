strpos({value}, {text}::text) > 0
