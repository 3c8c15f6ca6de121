"""SPARQL stores over HTTP."""
