"""Figures from Inventory: separate sources, added to the engine as any other module could."""
