"""Case review by analysts and supervisors."""
