"""Changes the logic of the record one small step at a time, and asks whether any test notices."""
