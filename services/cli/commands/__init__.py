"""The commands of `pyuniqvisit`: each parses, calls one function and says the outcome."""
