-- Format 2: reference data the office published (docs/tablet-store.md). One row a part, a piece of a
-- part that is still coming, the signed list of the edition in use, and what is known about them.

CREATE TABLE reference (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
