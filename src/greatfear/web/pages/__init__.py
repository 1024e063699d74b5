"""The pages: each a pure function from the lab and an address to a `greatfear.web.parts.Page`."""
