"""A site's keys: the Ed25519 public keys whose signatures open its numbers."""
