"""Policies of many issuing bodies in one view, and what each talent is entitled to under it."""
