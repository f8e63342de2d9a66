"""
A whole site, from one place to another: to other engines and storages (`site`), into an archive (`backup`), out of one.

Nothing is ever written where the site is. Both ways are verified: every table by its sum, every file by its bytes.
"""
