"""三 Runs: compute, review, approve, post, pay; post only the difference."""
