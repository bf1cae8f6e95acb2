({value}) = any({values}::text[])
