"""The payment provider: a stand-in for a card processor, with a ledger of its own and signed calls back."""
