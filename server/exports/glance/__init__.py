"""At a glance: two printed pages of an edition for people who read no tables."""
