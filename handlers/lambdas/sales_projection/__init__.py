"""What runs inside AWS for the pipeline `sales_projection`; imported by no other room."""
