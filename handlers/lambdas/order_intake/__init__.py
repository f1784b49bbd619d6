"""What runs inside AWS for the pipeline `order_intake`; zipped as this folder, imported by no other room."""
