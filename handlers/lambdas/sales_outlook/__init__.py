"""What runs inside AWS for the pipeline `sales_outlook`; imported by no other room."""
