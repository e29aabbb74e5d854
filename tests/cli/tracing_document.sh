check_example tracing.md 2
