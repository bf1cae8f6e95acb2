"""A site's visits and events as a file, for analysts and for other installs: out of the store, and into it."""
