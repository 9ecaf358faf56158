"""The loop: propose, verify, keep the best, stop for a reason."""
