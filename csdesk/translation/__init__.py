"""Language detection now; engines, memory and glossary live here."""
