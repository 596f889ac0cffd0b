"""Who records: programme, organisations, officers, tablets, tickets, and the programme's keys."""
