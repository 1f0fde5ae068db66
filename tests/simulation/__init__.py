"""The whole platform in one process and in a time of its own, while things go wrong by chance."""
