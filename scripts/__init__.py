"""Programs around the product."""
