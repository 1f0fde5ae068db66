"""The staff console: the queue with every clock visible, and the next step on each request."""
