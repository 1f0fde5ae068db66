"""What is proposed to talents, and who is shortlisted for demands."""
