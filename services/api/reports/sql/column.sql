{row}.{column}
