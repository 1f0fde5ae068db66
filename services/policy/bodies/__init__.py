"""The issuing bodies in their tree of jurisdictions."""
