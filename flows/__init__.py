"""How a browser works a portal: profiles say where things are, pages and fields say how to use them."""
