"""Overview of all sites: visitors of a period and of the previous one."""
