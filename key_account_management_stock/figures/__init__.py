"""Figures from Inventory: sources of their own, added to the engine as any other module could."""
