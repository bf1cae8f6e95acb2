"""For administrators who operate an install: accounting of beacons, audit log and rollups."""
