"""Groups of people: who belongs, and who looks after them."""
