"""Who the owner is, and who may act for him: tokens, scopes, the owner's password."""
