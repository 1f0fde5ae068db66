-- The comment that 0001 gave it spoke of a reader that sees the event; no reader closes a timer.
COMMENT ON TABLE timer IS
'Commands to be sent later; whoever sends one deletes its row, once it was done, refused or parked.';
