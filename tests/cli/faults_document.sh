check_example faults.md 3
