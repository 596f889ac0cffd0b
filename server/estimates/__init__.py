"""How many persons no list recorded: capture histories in, estimates and refusals out. Pure."""
