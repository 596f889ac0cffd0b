"""Cases kept elsewhere come in: by a mapping that a person edits, recorded as on a visit."""
