"""Goals: what a site wants of its visitors."""
