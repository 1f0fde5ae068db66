-- What is sealed is made smaller before; no version before this one can read it.
COMMENT ON COLUMN journal.payload IS
'The event as JSON; each value about a person sealed in it: compressed where that helps, then encrypted.';
