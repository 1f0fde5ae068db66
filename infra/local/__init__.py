"""Runs the whole platform on one machine that has nothing but Python."""
