"""What LocalStack's community release lacks, behind LocalStack's own endpoint."""
