"""What users do with their own account: name, password, logins, second factor."""
