"""Frozen values that cross the line between the product and its stores."""
