"""Reference data: published in editions, given to tablets by part; which edition is in force."""
