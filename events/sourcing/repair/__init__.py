"""What is done about parked events: taken again in order, or gone on without, and recorded."""
