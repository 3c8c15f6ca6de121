"""Texts of queries, before any engine reads them: tokens, prologue, pages, limits."""
