"""What opens the tablet: the PIN that makes the key, the hardware key, backups."""
