{condition} as is_{number}
