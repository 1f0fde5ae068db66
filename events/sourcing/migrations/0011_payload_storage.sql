-- What is large in a journal is sealed, and what is sealed cannot be made smaller: PostgreSQL went
-- through every byte of it and found nothing. What was written before stays as it is.
ALTER TABLE journal ALTER COLUMN payload SET STORAGE EXTERNAL;
