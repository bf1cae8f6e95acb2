"""The commands of `pyuniqvisit`: each parses, calls one function and prints the outcome."""
