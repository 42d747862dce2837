"""REST API for partner organisations: `POST /api/v1/reports/`. All responses are in English."""
