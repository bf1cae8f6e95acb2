"""All sites at a glance: their numbers of a period, beside those of the period before."""
