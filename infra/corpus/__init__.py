"""The page that says how far the records of real policies are encoded: counted, not claimed."""
