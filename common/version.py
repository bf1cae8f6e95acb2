"""The release. Said here and in ``pyproject.toml``; a test keeps the two equal.

Not asked of the installed package: containers run from the source tree, without one.
"""

VERSION = "0.1.0"
