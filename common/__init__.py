"""Contracts that two services share: settings, the beacon, the streams, the registry, salts, the store."""
