"""The pages of the way from a recommendation to the end of a case; one module for each room of casebook.procedure."""
