"""What an audience may see: one plain structure for each document, and who gathers it."""
