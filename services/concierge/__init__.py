"""The concierge: requests at any hour, each with two promises and the clocks that watch them."""
