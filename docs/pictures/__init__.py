"""Pictures of the documents that are made from data in this folder."""
