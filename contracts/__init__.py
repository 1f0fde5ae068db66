"""What we promise others, written from the code and compared with it."""
