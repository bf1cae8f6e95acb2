"""The worker: takes beacons from the streams, finds out what they mean, and stores them exactly once."""
