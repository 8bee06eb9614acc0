"""What a descriptor says and what is wrong with it: pure, text in, values and problems out."""
