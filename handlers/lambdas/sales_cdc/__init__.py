"""What runs inside AWS for the pipeline `sales_cdc`; imported by no other room."""
