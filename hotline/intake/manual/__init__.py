"""Reports that came by telephone, by letter or in person, and are entered at the hotline."""
