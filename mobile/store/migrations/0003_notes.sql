-- Format 3: notes of the office to this tablet (docs/tablet-store.md). One row a note.

CREATE TABLE notes (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
