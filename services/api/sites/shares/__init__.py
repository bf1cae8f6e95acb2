"""Share links: whoever has one looks at the numbers of one site, and does nothing else."""
