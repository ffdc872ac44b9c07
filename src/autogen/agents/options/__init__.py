"""What an agent may be given beyond the classic: a view of its context, a type of its answers, guards, and a budget."""
