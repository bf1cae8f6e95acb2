"""A site's statistics with the paths and fields that clients of v01dworks' Analytics API expect."""
