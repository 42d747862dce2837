"""REST API for partner organisations: `POST /api/reports/`. All responses are in English."""
