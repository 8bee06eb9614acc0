"""The catalog as a graph: what is around an entity, and what breaks if it goes."""
