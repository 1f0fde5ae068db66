"""What a whole registry is entitled to: everybody's best package, and what all of them cost."""
