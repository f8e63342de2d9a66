"""Webmention: the endpoint and its checks, the receiver's job, discovery and the sender's job."""
