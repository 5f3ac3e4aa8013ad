"""What is done to the decoded voice before the ear: gate, guard, watches that hold it, and a chain that stands by."""
