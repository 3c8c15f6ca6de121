"""What people read: words, numbers, money and dates in a language."""
