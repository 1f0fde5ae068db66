"""One person once: identity documents, and the claim of each number."""
