"""What we say: a post, and how one is made. Pure."""
