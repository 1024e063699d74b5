"""Names as written: from eight writings of Slavic names to sounds, and from sounds to surname, given name, patronymic."""
