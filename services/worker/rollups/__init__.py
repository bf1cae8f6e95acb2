"""Counting in advance: what a batch adds (facts, fold), put together (compaction), or all anew (rebuild)."""
