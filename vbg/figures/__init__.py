"""What is drawn around the person (a shadow, an outline) or in their place (an avatar). What is off costs nothing."""
