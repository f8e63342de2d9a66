"""What people see: pages, and the data each template is given."""
