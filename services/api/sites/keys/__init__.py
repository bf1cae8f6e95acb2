"""Signing keys of a site: Ed25519 public keys whose signatures give access to its reports."""
