"""Who came back: visitors by the day or week of their first visit."""
