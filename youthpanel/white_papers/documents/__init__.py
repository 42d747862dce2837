"""Files of an edition: PDF (PDF/UA-1, by Typst) and DOCX (Office Open XML)."""
