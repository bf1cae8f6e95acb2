"""HTTP plumbing that every endpoint shares: parsing, errors, headers, request ids."""
