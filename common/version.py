"""The release, stated here and in ``pyproject.toml``; a test keeps the two equal.

Not read from the installed package, because containers run from the source tree, without one.
"""

VERSION = "0.1.0"
