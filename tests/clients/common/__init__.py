"""What the checks of all clients share."""
