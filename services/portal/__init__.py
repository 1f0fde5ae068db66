"""The talent portal: one coherent view of oneself, and a line to the concierge."""
