"""Teams and people as the catalog knows them: the tree of groups, their members, what they own."""
