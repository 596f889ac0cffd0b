"""The database: how it is opened, what all tables share, and how it is migrated. Knows no room."""
