"""五 The policy document: versions, publication, acknowledgement."""
