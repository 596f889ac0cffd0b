"""What stewards look at and decide: what came in, what is refused, whether all agrees."""
