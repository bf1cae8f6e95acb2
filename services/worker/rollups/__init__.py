"""Rollups: aggregation of new beacons into deltas, compaction of deltas, and rebuilds of stale days."""
