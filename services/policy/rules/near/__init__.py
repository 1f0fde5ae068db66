"""What somebody misses a policy by: worked out once for a policy, and looked up for a person."""
