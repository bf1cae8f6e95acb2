"""A year of believable traffic for the demo site: made up, seeded, and sent the way that real beacons go."""
