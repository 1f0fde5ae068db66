"""The whole platform in one process, in a time of its own, with everything going wrong by chance."""
