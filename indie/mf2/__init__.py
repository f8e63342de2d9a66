"""Microformats: bytes in, values out. No network, no database, no Flask."""
