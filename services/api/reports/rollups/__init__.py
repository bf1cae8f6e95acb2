"""Reading what was counted in advance: rollups, what is to be added to them, and raw days that they do not know."""
