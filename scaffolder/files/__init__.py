"""Files of a run and of a skeleton: names, patterns, folders, archives. No name leads out."""
