"""The rules over many people at once: every distinct condition once, policies as bit operations."""
