"""What all endpoints share of HTTP: parsing, errors, base models and middleware."""
