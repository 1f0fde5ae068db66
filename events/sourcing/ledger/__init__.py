"""Evidence that the record is whole: a chain, a tree, signed heads, and what checks them."""
