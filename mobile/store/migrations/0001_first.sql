-- Format 1 of the tablet's store; described in docs/tablet-store.md.
-- A row is a name (16 bytes, keyed hash: says nothing without the key) and sealed bytes.
-- Every table has the same two columns on purpose: what a thing is, is sealed as well.

CREATE TABLE settings (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cards    (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE bodies   (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
CREATE TABLE outbox   (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
CREATE TABLE parcels  (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
CREATE TABLE carried  (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);

-- Sealed to the programme, not to this tablet's key: can be carried to the office without a PIN.
CREATE TABLE escrow   (row BLOB PRIMARY KEY CHECK (length(row) = 16), sealed BLOB NOT NULL);
