"""Share links: everyone who has one can read the reports of one site, and nothing else."""
