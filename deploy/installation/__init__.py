"""What all ways of running share: where an installation lies, its secrets, rights and errors."""
