"""The posts that look for people."""
