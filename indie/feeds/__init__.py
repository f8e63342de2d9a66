"""Reading other people's feeds, whatever they are written in, as one shape: pure; hostile bytes go to `reader`."""
