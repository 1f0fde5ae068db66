"""Brings talents and the demands of the industry chains together, and says why."""
