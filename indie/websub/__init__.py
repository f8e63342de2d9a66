"""WebSub: whoever follows us is told of what is new in the moment in which it is there."""
