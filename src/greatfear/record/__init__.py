"""The record format: tables, columns, files, manifest, checks, queries and provenance. It knows no truth."""
