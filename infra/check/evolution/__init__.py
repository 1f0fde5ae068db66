"""Says of every change to an event's JSON Schema whether it is safe, and for whom.

Two readers are protected at once, because both exist for as long as the platform does:

- *The old record.* The journal is append-only and the topics are kept for ever, so every shape that
  was ever stored is read by all later code (a rebuild starts at the first event). What an old event
  may hold must therefore still be read. Others call this backward compatibility.
- *The old consumer.* Another service's previous release, or an agency, was built against the
  published schema and reads events written today; it ignores properties it does not know and relies
  on everything else. What a new event may hold must therefore fit the old schema. Others call this
  forward compatibility.

From that follow the three verdicts:

- `safe`: both readers are served. It may happen under the same stored name.
- `safe-with-upcaster`: one of the two is not served under the same name. A new name (`.v2`) keeps
  the old consumer from misreading, and an upcaster reads the old record. It suffices because an
  upcaster is a total function: it can say what absence, `null` or a listed value becomes.
- `forbidden`: no upcaster could be written without altering or inventing what was recorded, since
  nobody can list every text or number that was ever stored. It is another fact: a new property or a
  new event. What the checker does not understand is forbidden too, never waved through.

Records are written from frozen dataclasses alone, so nothing unlisted was ever stored; adding an
optional property is safe although a schema without `additionalProperties` would admit anything
under its name. Registries that overlook who writes get this one wrong.

`kinds` is the table of rules; `schemas` reads a schema; `compare` and its neighbours find changes;
`corpus` keeps every shape ever released; `history` judges the code against it.
"""
