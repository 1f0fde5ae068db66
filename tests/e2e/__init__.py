"""The pages in a real browser, on a platform of their own."""
