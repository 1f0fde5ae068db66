"""The shared HTTP edge: what every service's door does the same way."""
