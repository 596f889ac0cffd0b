"""The demonstration: real tablets and the real server on one machine, with simulated officers."""
