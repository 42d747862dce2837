"""Home page, texts about the Centre, advice for three audiences, partners and contacts."""
