"""Who does the work nobody waits for: kinds of jobs, the worker, and what is asked for by time."""
