"""Cloud recordings: what was recorded, its files with their bytes, the trash, and the settings of a recording."""
