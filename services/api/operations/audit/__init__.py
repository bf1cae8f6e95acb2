"""Who did what, and when: written for every change, never changed, read by administrators."""
