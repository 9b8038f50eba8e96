"""What the assistant wrote about meetings; each summary lies with the time that it is about."""
