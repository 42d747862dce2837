"""The members' start page: consultations, followed recommendations, meetings. It imports the other packages of the panel."""
