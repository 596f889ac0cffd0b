"""What the office does about a record, an officer or a tablet now. Apart from statistics: nothing
here is counted, and nothing that is counted comes from here."""
