"""What can be read off an archive: counts, reproduction of naming, chains of cases and their origins."""
