"""The talent registry: who somebody is to the state, on what evidence, and since when."""
