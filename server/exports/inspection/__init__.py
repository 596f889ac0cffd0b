"""The annual report of labour inspection, from the tables of visits that an edition has."""
