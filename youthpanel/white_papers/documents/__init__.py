"""An edition as files: PDF (PDF/UA-1, set by typst) and DOCX (Office Open XML)."""
