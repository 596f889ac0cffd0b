"""What statisticians try before anything is published: levels of tables, estimates, the bench."""
