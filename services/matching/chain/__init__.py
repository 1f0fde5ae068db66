"""The industry chains and their nodes."""
