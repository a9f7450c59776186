"""What the product stores: entities, interfaces, and two honest backends that implement them."""
