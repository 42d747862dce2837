"""The interface for partners' programs: `POST /api/reports/`. Everything it says is in English."""
