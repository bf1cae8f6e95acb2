"""Sites: settings, members, access, share links, signing keys, data retention and deletion."""
