"""What tests share: specs out of small texts, canned calls, and a server that answers as it is told."""
