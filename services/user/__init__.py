"""The user service: accounts, passwords, access tokens and refresh sessions."""
