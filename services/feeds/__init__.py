"""The door for other agencies: what is public, in one order that never changes."""
